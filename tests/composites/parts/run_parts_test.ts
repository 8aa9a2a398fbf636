import { assertEquals } from "@std/assert";
import { oneBar } from "../../../lib/composites/parts/run_parts.ts";

Deno.test("oneBar() shows the first bar that has not ended, and the next once it ends", () => {
  const shown: string[] = [];
  const make = oneBar((label) => ({
    report: (done, total) => shown.push(`${label} ${done}/${total}`),
    [Symbol.dispose]: () => shown.push(`${label} ends`),
  }));
  const [first, second, third] = [make("paths"), make("circuit"), make("trace")];
  second.report(1, 9);
  first.report(1, 3);
  second.report(2, 9);
  third[Symbol.dispose](); // never shown
  first[Symbol.dispose]();
  second.report(3, 9);
  second[Symbol.dispose]();
  make("shares").report(0, 2);
  assertEquals(shown, ["paths 1/3", "paths ends", "circuit 3/9", "circuit ends", "shares 0/2"]);
});
