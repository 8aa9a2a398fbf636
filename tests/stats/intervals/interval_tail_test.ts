import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  effectiveClusters,
  intervalTail,
  normalTail,
  studentIntervals,
  studentReach,
} from "../../../lib/stats/estimate.ts";
import fixture from "../../fixtures/statistics/intervals.json" with { type: "json" };

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

Deno.test("normalTail() and studentReach() equal SciPy's norm.sf and t.isf far into the tail", () => {
  const tails = [
    ...[[0, 0.5], [1.96, 0.024997895148220435], [5, 2.866515718791933e-7]] as const,
    ...[[8.5, 9.47953482220325e-18], [37, 5.7255712225239266e-300]] as const,
  ];
  for (const [z, tail] of tails) assertAlmostEquals(normalTail(z), tail, 1e-8 * tail);
  // t.isf(norm.sf(z), G - 1) * sqrt(G / (G - 1))
  const reaches = [
    ...[[1.96, 6, 2.816007320647556], [3.07, 6, 6.358143989140215]] as const,
    ...[[3.07, 40, 3.330225773372547], [9, 12, 150.47632477264986]] as const,
  ];
  for (const [z, clusters, reach] of reaches) {
    assertAlmostEquals(studentReach(z, clusters), reach, 1e-6 * reach);
  }
});

Deno.test("studentIntervals() reaches t standard errors for the mean, and further for one more value", () => {
  // The values 1 to 5: mean 3, standard deviation sqrt(2.5); t of 4 degrees of freedom is 2.776 (tables of Student's t).
  const { mean, ofMean, ofNext } = studentIntervals([5, 1, 2, 4, 3]);
  assertEquals(mean, 3);
  assertAlmostEquals(ofMean, 2.7764 * Math.sqrt(2.5 / 5), 1e-4);
  assertAlmostEquals(ofNext, 2.7764 * Math.sqrt(2.5 * 6 / 5), 1e-4);
  assertAlmostEquals(studentIntervals([5, 1, 2, 4, 3], 0.99).ofMean, 4.6041 * Math.sqrt(0.5), 1e-4);
});
