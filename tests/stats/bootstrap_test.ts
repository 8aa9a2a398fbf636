import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ClusterBootstrap, type Estimate, sampleSums } from "../../lib/stats/bootstrap.ts";
import { seededRandom } from "../../lib/stats/random.ts";
import { assertThrowsCode } from "../error_codes.ts";

Deno.test("ClusterBootstrap gives the quantiles of all samples of twelve clusters", () => {
  // The sum of 12 draws from {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1} is binomial: at most 1 in 13 of 4096 samples, at most 2 in 79. So the
  // .0107 quantile of the mean is 2/12. SciPy: .0107 is Phi(-2.299), and 2.299 the .975 quantile of t with 11 degrees of freedom times
  // sqrt(12 / 11).
  const bootstrap = new ClusterBootstrap([..."abcdefghijkl"], { seed: 1, samples: 4000 });
  const { estimate, low, high } = bootstrap.mean([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  assertAlmostEquals(estimate!, 1 / 2, 1e-15);
  assertAlmostEquals(low!, 1 / 6, 1e-15);
  assertAlmostEquals(high!, 5 / 6, 1e-15);
});

Deno.test("ClusterBootstrap's interval of a mean is Student's 1.98 standard errors to each side", () => {
  const n = 200;
  const random = seededRandom(5);
  const values = Array.from({ length: n }, () => random.below(1000) / 1000);
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
  const error = Math.sqrt(variance / n);

  const samples = 10_000;
  const bootstrap = new ClusterBootstrap(values.map((_, i) => `${i}`), { seed: 6, samples });
  const { low, high } = bootstrap.mean(values);
  // A sample quantile at .025 has a standard deviation of sqrt(.025 x .975 / samples) / density(1.98) = 0.027 errors;
  // three of them, and 0.02 for the third cumulant of the mean.
  assertAlmostEquals((mean - low!) / error, 1.98, 0.1);
  assertAlmostEquals((high! - mean) / error, 1.98, 0.1);
});

Deno.test("ClusterBootstrap widens an interval if equal rows share a cluster", () => {
  // 50 clusters of 4 equal rows have as much information as 50 rows, not 200: the interval is twice as wide, and Student's t
  // with 49 degrees of freedom instead of 199 adds 2.7 %.
  const values = Array.from({ length: 200 }, (_, row) => Math.sin(Math.floor(row / 4) * 7));
  const width = ({ low, high }: Estimate) => high! - low!;
  const together = new ClusterBootstrap(values.map((_, row) => `${row >> 2}`), { seed: 7 });
  const apart = new ClusterBootstrap(values.map((_, row) => `${row}`), { seed: 7 });
  assertAlmostEquals(width(together.mean(values)) / width(apart.mean(values)), 2.054, 0.15); // 2000 samples
});

Deno.test("ClusterBootstrap changes nothing when rows change their order", () => {
  const random = seededRandom(8);
  const keys = Array.from({ length: 90 }, () => `pair ${random.below(40)}`);
  const values = keys.map(() => random.below(1000) / 300 - 1);
  const weights = keys.map(() => random.below(3));
  const order = seededRandom(9).shuffle(keys.map((_, row) => row));
  const before = new ClusterBootstrap(keys, { seed: 10 }).ratio(values, weights);
  const after = new ClusterBootstrap(order.map((row) => keys[row]!), { seed: 10 })
    .ratio(order.map((row) => values[row]!), order.map((row) => weights[row]!));
  for (const part of ["estimate", "low", "high"] as const) { // only the order of float64 sums differs
    assertAlmostEquals(after[part]!, before[part]!, Math.abs(before[part]!) * 1e-12);
  }
});

Deno.test("ClusterBootstrap.mean() leaves missing values out of sum and count", () => {
  const bootstrap = new ClusterBootstrap(["a", "b", "c"], { seed: 0 });
  assertEquals(bootstrap.mean([1, undefined, 4]).estimate, 2.5);
});

Deno.test("ClusterBootstrap.sums() leaves samples without a finite number out of the interval", () => {
  // A third of the samples do not contain cluster "a".
  const bootstrap = new ClusterBootstrap([..."abcdefghijkl"], { seed: 0 });
  const a = bootstrap.sums([[1, ...Array(11).fill(0)]]);
  const isThere = a(([sum]) => sum === 0 ? NaN : Math.sign(sum!));
  assertEquals(isThere, { estimate: 1, low: 1, high: 1 });
});

Deno.test("ClusterBootstrap keeps every sample at its place, leaves infinite ones out of the bounds, and may be asked within a statistic", () => {
  const rows = Array.from({ length: 12 }, (_, i) => i * i);
  const bootstrap = new ClusterBootstrap(rows.map((row) => `${row}`), { seed: 3, samples: 200 });
  const sums = bootstrap.inSamples(rows);
  const keep = new Float64Array(200);
  const kept = bootstrap.sums([rows])(([sum]) => sum! / 12, { keep });
  assertEquals(keep, sums.map((sum) => sum / 12));
  assertEquals(kept, bootstrap.mean(rows));

  const median = sums.toSorted()[100]!;
  const below = bootstrap.sums([rows])(([sum]) => sum! > median ? Infinity : sum!);
  assert(below.high! <= median);

  const within = bootstrap.sums([rows])(([sum]) => {
    bootstrap.mean(rows.map((row) => -row));
    return sum! / 12;
  });
  assertEquals(within, kept);
});

Deno.test("ClusterBootstrap gives no bounds below nine effective clusters of the weights that carry the statistic", () => {
  const keys = [..."abcdefghijklmnopqrst"];
  const bootstrap = new ClusterBootstrap(keys, { seed: 0 });
  const values = keys.map((_, row) => row);
  const first = (n: number) => keys.map((_, row) => row < n ? row : undefined);
  assertEquals(bootstrap.mean(first(8)), { estimate: 3.5, low: undefined, high: undefined });
  assert(bootstrap.mean(first(9)).low! < 4);
  // 20 rows of weight, one with 12 of 31: 31^2 / (12^2 + 19) = 5.9 clusters.
  const weights = keys.map((_, row) => row === 0 ? 12 : 1);
  const weighted = bootstrap.ratio(values.map((value, row) => value * weights[row]!), weights);
  assertEquals(weighted, { estimate: 190 / 31, low: undefined, high: undefined });
  assertAlmostEquals(bootstrap.effectiveClusters(weights), 961 / 163, 1e-12);
  // 11 rows of which two clusters have 5 each: 11^2 / 51 = 2.4 clusters.
  const few = new ClusterBootstrap([..."aaaaabbbbbc"], { seed: 0 });
  assertEquals(few.sums([])(() => 3), { estimate: 3, low: undefined, high: undefined });
});

Deno.test("ClusterBootstrap gives a column and one of opposite signs the intervals that they have alone", () => {
  const keys = Array.from({ length: 30 }, (_, row) => `${row % 15}`);
  const values = keys.map((_, row) => Math.sin(row) + 0.2);
  const alone = (column: readonly number[]) => new ClusterBootstrap(keys, { seed: 2 }).mean(column);
  const together = new ClusterBootstrap(keys, { seed: 2 });
  const half = values.map((value, row) => row < 15 ? value : -value);
  for (const column of [values, values, values.map((value) => -value), half, values]) {
    assertEquals(together.mean(column), alone(column));
  }
  const { low, high } = alone(values);
  assertAlmostEquals(alone(values.map((value) => -value)).low!, -high!, 1e-12);
  assert(low! < high!);
  const sums = together.inSamples(values);
  assertEquals(together.inSamples(values.map((value) => -value)), sums.map((sum) => -sum));
});

Deno.test("ClusterBootstrap gives no bounds for one cluster and nothing for no rows", () => {
  const one = new ClusterBootstrap(["a", "a"], { seed: 0 });
  assertEquals(one.mean([1, 2]), { estimate: 1.5, low: undefined, high: undefined });
  const oneOfWeight = new ClusterBootstrap(["a", "b", "c"], { seed: 0 });
  assertEquals(oneOfWeight.mean([5, undefined, undefined]).low, undefined);
  const nothing = { estimate: undefined, low: undefined, high: undefined };
  assertEquals(new ClusterBootstrap([], { seed: 0 }).mean([]), nothing);
  assertEquals(new ClusterBootstrap(["a", "b"], { seed: 0 }).ratio([1, 2], [0, 0]), nothing);
});

Deno.test("ClusterBootstrap refuses options and values that allow no interval", () => {
  assertThrowsCode(
    () => new ClusterBootstrap(["a", "b"], { seed: 0, samples: 0 }),
    "value-wrong: Cannot draw with samples 0: expected a whole number from 1",
  );
  const bootstrap = new ClusterBootstrap(["a", "b"], { seed: 0, samples: 1 });
  assertThrowsCode(() => bootstrap.mean([1]), "sizes-differ: expected one for each row");
  assertThrowsCode(() => bootstrap.mean([1, NaN]), "value-not-finite: value 1 is NaN");
});

Deno.test("sampleSums() has the bits of adding one cluster after the other, for any number of clusters", () => {
  const random = seededRandom(5);
  const samples = 7;
  for (let clusters = 0; clusters <= 27; clusters++) {
    const byCluster = Float64Array.from(
      { length: clusters },
      (_, i) => i % 3 === 1 ? 0 : (random.below(1e6) - 5e5) / 3e4, // a cluster without a value adds nothing
    );
    const draws = Uint8Array.from({ length: clusters * samples }, () => random.below(5));
    const expected = Float64Array.from({ length: samples }, (_, sample) => {
      const drawn = (cluster: number) => draws[cluster * samples + sample]!;
      return byCluster.reduce((sum, value, cluster) => sum + drawn(cluster) * value, 0);
    });
    assertEquals(sampleSums(byCluster, draws, samples), expected, `${clusters}`);
  }
});
