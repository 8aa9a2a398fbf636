import { assertEquals } from "@std/assert";
import { mean, median } from "../../lib/stats/quantile.ts";

Deno.test("median() is the middle value, or the mean of the two in the middle", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3]), median([5])], [2, 2.5, 5]);
});

Deno.test("mean() is the arithmetic mean; without values there is no centre", () => {
  assertEquals([mean([1, 2, 6]), mean([]), median([])], [3, undefined, undefined]);
});
