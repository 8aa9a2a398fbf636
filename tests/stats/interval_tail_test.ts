import { assert, assertAlmostEquals } from "@std/assert";
import { intervalTail } from "../../lib/stats/interval_tail.ts";
import fixture from "../fixtures/statistics/intervals.json" with { type: "json" };

Deno.test("intervalTail() equals what SciPy's t and normal distributions give", () => {
  assertAlmostEquals(intervalTail(fixture.sizes, 0.95), fixture.tail, 1e-7 * fixture.tail);
});

Deno.test("intervalTail() is Student's closed form for three clusters of one size", () => {
  // t with 2 degrees of freedom at .8 is .6 sqrt(2 / .64); SciPy's norm.cdf of it times -sqrt(3 / 2) is .0970.
  assertAlmostEquals(intervalTail([4, 4, 4], 0.6), 0.0969654, 1e-7);
});

Deno.test("intervalTail() approaches the plain quantile with many clusters", () => {
  const tail = intervalTail(new Array<number>(10_000).fill(1), 0.95);
  assertAlmostEquals(tail, 0.025, 2e-5);
  assert(tail < 0.025);
});

Deno.test("intervalTail() leaves out less if one cluster holds most of the rows, and nothing with two clusters", () => {
  const singles = new Array<number>(50).fill(1);
  assert(intervalTail([...singles, 44], 0.95) < intervalTail([...singles, 1], 0.95) / 10);
  assert(intervalTail([1, 1], 0.95) < 1e-12);
  assert(intervalTail([1000, 1], 0.95) < 1e-12);
  assertAlmostEquals(intervalTail([3, 1, 1, 1], 0.6), intervalTail([1, 1, 1], 0.6), 1e-15); // 6^2 / (9 + 3) is 3
  assertAlmostEquals(intervalTail([2, 4, 6], 0.9), intervalTail([1, 2, 3], 0.9), 1e-15);
});
