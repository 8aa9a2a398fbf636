import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/stats/random.ts";
import { falseDiscoveryRate, LargestDeviations, linearMean } from "../../lib/stats/many.ts";
import fixtures from "../fixtures/statistics/false_discovery.json" with { type: "json" };
import { assertThrowsCode } from "../error_codes.ts";

/** About normal: the sum of 12 uniform numbers less 6. */
function normals(n: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const uniform = () => random.below(2 ** 30) / 2 ** 30;
  return Float64Array.from({ length: n }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  });
}

/** A statistic whose own interval is a point, so that the simultaneous one decides. */
function point(estimate: number) {
  return { estimate, low: estimate, high: estimate };
}

/** How many standard errors the interval of a cell with normal samples around 0 reaches to each side. */
function reachOf(deviations: LargestDeviations, clusters: number): number {
  return deviations.interval({ own: point(0), error: 1, clusters }).high!;
}

Deno.test("LargestDeviations reaches as far as the largest of independent normal deviations does", () => {
  const samples = 4000;
  for (const [cells, reach] of [[1, 1.960], [24, 3.070]] as const) { // SciPy: norm.ppf((1 + .95 ** (1 / cells)) / 2)
    const deviations = new LargestDeviations(samples);
    for (let cell = 0; cell < cells; cell++) {
      const own = normals(samples, cell + 1).map((value) => 5 + 3 * value);
      // The standard error of a standard deviation of 3 is 3 / sqrt(2 * 4000) = .034; of 25 cells none is beyond 3.5 of these.
      assertAlmostEquals(deviations.add(point(5), { samples: own, clusters: 1e6 }).error, 3, 0.12);
    }
    // The standard error of the .95 quantile is sqrt(.05 * .95 / 4000) = .0034 divided by the density there, .117 for one cell and
    // .173 for 24: .03 and .02.
    assertAlmostEquals(reachOf(deviations, 1e6), reach, 0.1);
  }
});

Deno.test("LargestDeviations counts cells that deviate together only once, and constant ones not at all", () => {
  const samples = normals(1000, 1);
  const [one, many] = [new LargestDeviations(1000), new LargestDeviations(1000)];
  one.add(point(0), { samples, clusters: 20 });
  for (const scale of [1, -2, 1e-9]) {
    many.add(point(0), { samples: samples.map((value) => value * scale), clusters: 20 });
  }
  for (const rounding of [0, 1e-15]) {
    const constant = samples.map((_, i) => 0.3 + (i % 2) * rounding);
    const cell = many.add(point(0.3), { samples: constant, clusters: 20 });
    assertEquals([cell.error, many.interval(cell)], [0, point(0.3)]);
  }
  assertAlmostEquals(reachOf(many, 20), reachOf(one, 20), 1e-9);
});

Deno.test("LargestDeviations leaves out samples without the statistic", () => {
  const samples = normals(1000, 1).map((value, i) => i % 2 === 0 ? value : NaN);
  const deviations = new LargestDeviations(1000);
  // The standard error of a standard deviation of 1 from 500 samples is 1 / sqrt(2 * 500) = .032.
  assertAlmostEquals(deviations.add(point(0), { samples, clusters: 20 }).error, 1, 0.1);
  assertEquals(Number.isFinite(reachOf(deviations, 20)), true);
  const two = { samples: Float64Array.of(1, NaN, 3), clusters: 20 };
  assertEquals(new LargestDeviations(3).add(point(2), two).error, Math.SQRT2);
});

Deno.test("LargestDeviations reaches as far as Student's t of a cell's own clusters where the normal distribution would", () => {
  const deviations = new LargestDeviations(4000);
  deviations.add(point(0), { samples: normals(4000, 1), clusters: 18 });
  // SciPy: t.ppf(.975, G - 1) sqrt(G / (G - 1)), where the normal quantile is 1.960. The samples' own quantile has a standard error
  // of .03 (1.5 %), which all but leaves the quotient.
  for (const [clusters, reach] of [[18, 2.171], [6, 2.816]] as const) {
    assertAlmostEquals(
      reachOf(deviations, clusters) / reachOf(deviations, 1e9),
      reach / 1.96,
      0.02,
    );
  }
});

Deno.test("LargestDeviations gives finite bounds for deviations of more than 8.3 standard errors", () => {
  const samples = new Float64Array(1000);
  const deviations = new LargestDeviations(1000);
  for (let cell = 0; cell < 20; cell++) { // each deviates in five samples of its own, by sqrt(1000 / 5) standard errors
    const own = samples.map((_, i) => Math.floor(i / 5) === cell ? (i % 2 === 0 ? 1 : -1) : 0);
    deviations.add(point(0), { samples: own, clusters: 30 });
  }
  const reach = reachOf(deviations, 30);
  assert(reach > 8.3 && Number.isFinite(reach), `${reach}`);
});

Deno.test("LargestDeviations never gives an interval that is narrower than the cell's own, and none without it", () => {
  const deviations = new LargestDeviations(1000);
  const samples = normals(1000, 1);
  const wide = { estimate: 0, low: -9, high: 1 };
  const cell = deviations.add(wide, { samples, clusters: 20 });
  const { low, high } = deviations.interval(cell);
  assertEquals(low, -9);
  assertEquals(high, reachOf(deviations, 20) * cell.error);
  assertEquals(deviations.interval({ ...cell, own: point(0) }).low, -high!);
  const none = { estimate: 0, low: undefined, high: undefined };
  assertEquals(deviations.interval({ ...cell, own: none }), none);
});

Deno.test("linearMean() is the mean for all rows, and varies as the mean does to the first order", () => {
  const linear = linearMean(0.5, 8);
  assertEquals([linear(4, 8), linear(6, 8)], [0.5, 0.75]);
  assertEquals(linear(0, 0), 0.5); // a sample without these rows
  const [sum, weight] = [4.001, 8.002]; // the quotient's derivatives are 1 / 8 and -4 / 64
  assertAlmostEquals(linear(sum, weight), sum / weight, 1e-6);
});

Deno.test("falseDiscoveryRate() equals statsmodels' multipletests", () => {
  for (const { p, q } of fixtures) {
    falseDiscoveryRate(p).forEach((value, i) => assertAlmostEquals(value, q[i]!, 1e-15));
  }
});

Deno.test("falseDiscoveryRate() leaves tests that could not be made out of the count", () => {
  const [first, ...rest] = falseDiscoveryRate([0.25, 0.5, 0.125]);
  assertEquals(
    falseDiscoveryRate([undefined, 0.25, undefined, 0.5, 0.125]),
    [undefined, first, undefined, ...rest],
  );
  assertEquals(falseDiscoveryRate([undefined]), [undefined]);
  assertEquals(falseDiscoveryRate([]), []);
});

Deno.test("falseDiscoveryRate() names the value that is not a probability", () => {
  assertThrowsCode(() => falseDiscoveryRate([0.1, NaN]), "value-wrong: value 1 is NaN");
  for (const p of [-0.1, 1.1]) {
    assertThrowsCode(() => falseDiscoveryRate([p]), "value-wrong: [0, 1]");
  }
});
