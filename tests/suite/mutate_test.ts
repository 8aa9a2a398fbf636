import { assertEquals } from "@std/assert";
import { mutationsIn } from "./mutate.ts";

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
