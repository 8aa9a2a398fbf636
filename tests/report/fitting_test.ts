import { assertEquals } from "@std/assert";
import { Html } from "../../lib/report/escape.ts";
import { fitting } from "../../lib/report/fitting.ts";

/** Forms of some bytes each. */
function formsOf(...bytes: readonly number[]) {
  return bytes.map((length) => () => new Html("x".repeat(length)));
}

Deno.test("fitting() gives all parts a small form before any has a full one, and counts those without room", () => {
  const sizesIn = (most: number) => {
    const forms = [formsOf(9, 5, 2), formsOf(8, 3), formsOf(4)];
    const { parts, rest } = fitting(forms, most, (others) => new Html(`${others}`));
    return [parts.map(({ source }) => source.length), Number(rest?.source ?? 0)];
  };
  assertEquals(sizesIn(Infinity), [[9, 8, 4], 0]);
  assertEquals(sizesIn(21), [[9, 8, 4], 0]);
  assertEquals(sizesIn(20), [[9, 3, 4], 0]);
  assertEquals(sizesIn(15), [[5, 3, 4], 0]);
  assertEquals(sizesIn(9), [[2, 3, 4], 0]);
  assertEquals(sizesIn(8), [[5, 3], 1]);
  assertEquals(sizesIn(1), [[], 3]);
  assertEquals(fitting([], 0, () => new Html("rest")), { parts: [], rest: undefined });
});
