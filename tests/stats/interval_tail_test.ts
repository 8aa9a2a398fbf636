import { assert, assertAlmostEquals } from "@std/assert";
import { intervalTail } from "../../lib/stats/interval_tail.ts";
import { effectiveClusters } from "../../lib/stats/effective_clusters.ts";
import fixture from "../fixtures/statistics/intervals.json" with { type: "json" };

Deno.test("intervalTail() equals what SciPy's t and normal distributions give", () => {
  assertAlmostEquals(
    intervalTail(effectiveClusters(fixture.sizes), 0.95),
    fixture.tail,
    1e-7 * fixture.tail,
  );
});

Deno.test("intervalTail() is Student's closed form for three clusters of one size", () => {
  // t with 2 degrees of freedom at .8 is .6 sqrt(2 / .64); SciPy's norm.cdf of it times -sqrt(3 / 2) is .0970.
  assertAlmostEquals(intervalTail(3, 0.6), 0.0969654, 1e-7);
});

Deno.test("intervalTail() approaches the plain quantile with many clusters", () => {
  const tail = intervalTail(10_000, 0.95);
  assertAlmostEquals(tail, 0.025, 2e-5);
  assert(tail < 0.025);
});

Deno.test("intervalTail() leaves out less with fewer clusters, and next to nothing with two", () => {
  assert(intervalTail(4, 0.95) < intervalTail(50, 0.95) / 10);
  assert(intervalTail(2, 0.95) < 1e-12);
});
