import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  differenceInterval,
  effectiveClusters,
  intervalTail,
  isDetermined,
  normalTail,
  studentIntervals,
  studentReach,
  togetherWidth,
  withoutBounds,
} from "../../lib/stats/estimate.ts";
import fixture from "../fixtures/statistics/intervals.json" with { type: "json" };

Deno.test("isDetermined() goes by the interval of the mean, and without one by whether two values differ in sign", () => {
  const of = (low: number, high: number) => isDetermined({ low, high }, [-1, 2]);
  assertEquals([of(0.1, 2), of(-2, -0.1)], [true, true]);
  assertEquals([of(-0.1, 2), of(0, 2), of(-2, 0)], [false, false, false]);
  assertEquals(isDetermined({ low: -0.1, high: 2 }, [1, 2]), false);
  const values = [[1, 2, 0], [-1, 0, -3], [1, -1e-9]];
  const without = values.map((own) => isDetermined(withoutBounds(undefined), own));
  assertEquals(without, [true, true, false]);
});

Deno.test("intervalTail() equals what SciPy's t and normal distributions give", () => {
  assertAlmostEquals(
    intervalTail(effectiveClusters(fixture.sizes)),
    fixture.tail,
    1e-7 * fixture.tail,
  );
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

/** Wilson's interval of a share without continuity correction. */
function wilson(hits: number, n: number) {
  const [p, z] = [hits / n, 1.959963984540054];
  const centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  return { estimate: p, low: centre - half, high: centre + half };
}

Deno.test("differenceInterval() of two shares with Wilson's intervals is Newcombe's method 10, and undefined without an interval", () => {
  // Newcombe 1998 (Statistics in Medicine 17, 873-890), table II: 56/70 - 48/80, and 9/10 - 3/10
  const published = [
    [wilson(48, 80), wilson(56, 70), 0.0524, 0.3339],
    [wilson(3, 10), wilson(9, 10), 0.1705, 0.809],
  ] as const;
  for (const [first, second, low, high] of published) {
    const bounds = differenceInterval(first, second)!;
    assertAlmostEquals(bounds.low, low, 5e-5);
    assertAlmostEquals(bounds.high, high, 5e-5);
    assertEquals(differenceInterval(withoutBounds(1), second), undefined);
  }
});

Deno.test("togetherWidth() is Bonferroni's", () => {
  assertEquals([togetherWidth(1), togetherWidth(0)], [1, 1]);
  const z = 1.959963984540054; // the normal quantile of 1 - .025
  assertAlmostEquals(togetherWidth(2) * z, 2.241402727604947, 1e-9); // the normal quantile of 1 - .025 / 2
  assertAlmostEquals(togetherWidth(10) * z, 2.807033768343811, 1e-9);
});
