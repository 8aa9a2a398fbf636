import { assertEquals } from "@std/assert";
import { mutationsIn, testsOf } from "./mutate.ts";

Deno.test("mutationsIn() changes operators and constants of code, and not those of texts, comments and imports", () => {
  const source = `import { a1 } from "./x_2.ts"; // 3 < 4
/** 5 + 6 */
const near = (x: number) => Math.abs(x - 1) < 0.5 && x !== y10 ? "7 > 8" : \`9 \${x}\`;
`;
  const found = mutationsIn("x.ts", source);
  assertEquals(found.map(({ from, to }) => [from, to]), [
    ...[["Math.abs(", "("], [" - ", " + "], ["1", "2"], [" < ", " <= "], ["0.5", "1.5"]],
    ...[[" && ", " || "], [" !== ", " === "]],
  ]);
  for (const { at, from } of found) assertEquals(source.slice(at, at + from.length), from);
});

Deno.test("testsOf() has the tests that load a file, nearest first: of its room all, of others the quick ones", () => {
  const own = ["tests/a/far_test.ts", "tests/a/near_slow_test.ts", "tests/a/near_test.ts"];
  const tests = [...own, "tests/a/types_test.ts", "tests/b/b_test.ts", "tests/b/b_slow_test.ts"];
  const link = (file: string, of: string, typeOnly = false) => ({ file, of, typeOnly });
  const near = [own[1]!, own[2]!, ...tests.slice(4), "lib/b/y.ts"];
  const imports = [
    ...near.map((file) => link(file, "lib/a/x.ts")),
    ...[link(own[0]!, "lib/b/y.ts"), link(tests[3]!, "lib/a/x.ts", true)],
  ];
  assertEquals(testsOf("lib/a/x.ts", { tests, imports }), {
    own: own.toReversed().with(1, own[0]!).with(2, own[1]!),
    others: ["tests/b/b_test.ts"],
  });
});
