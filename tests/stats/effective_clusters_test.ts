import { assertAlmostEquals, assertEquals } from "@std/assert";
import { areEnough, effectiveClusters } from "../../lib/stats/estimate.ts";

Deno.test("effectiveClusters() is the number of clusters of equal weight, and 1 if one has all", () => {
  assertEquals([[], [0, 0], [3], [2, 2, 2], [0, 5, 0]].map(effectiveClusters), [0, 0, 1, 3, 1]);
});

Deno.test("effectiveClusters() is the squared sum divided by the sum of squares, whatever the scale and the signs", () => {
  assertEquals(effectiveClusters([3, 1, 1, 1]), 3); // 36 / 12
  assertEquals(effectiveClusters([-3, 1, -1, 1]), 3);
  assertAlmostEquals(effectiveClusters([0.3, 0.1, 0.1, 0.1]), 3, 1e-14);
  assertAlmostEquals(
    effectiveClusters([44, ...Array(44).fill(1)]),
    88 ** 2 / (44 ** 2 + 44),
    1e-12,
  );
});

Deno.test("areEnough() asks for nine, as far as rounding can tell", () => {
  assertEquals([8.99, 9, 10].map(areEnough), [false, true, true]);
  assertEquals(areEnough(effectiveClusters(Array(9).fill(0.1))), true);
});
