import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ClusterBootstrap, type Estimate } from "../../../lib/stats/bootstrap.ts";
import { pearson } from "../../../lib/stats/correlation.ts";
import { type ColumnPair, pearsonInterval } from "../../../lib/stats/cluster_correlation.ts";
import fixture from "../../fixtures/statistics/intervals.json" with { type: "json" };

Deno.test("pearsonInterval() equals the quantiles of clusters drawn with NumPy and given to SciPy", () => {
  const { estimate, low, high } = pearsonInterval(
    new ClusterBootstrap(fixture.cluster, { seed: 1 }),
    fixture,
  );
  const expected = fixture.pearson;
  // Bounds of 2000 samples against those of 20 000: four standard errors of the difference.
  const tolerance = 4 * expected.se_of_1000_samples * Math.sqrt(1 / 2 + 1 / 20);
  assertAlmostEquals(estimate!, expected.estimate, 1e-14);
  assertAlmostEquals(low!, expected.low, tolerance);
  assertAlmostEquals(high!, expected.high, tolerance);
});

Deno.test("pearsonInterval() gives the statistic of all rows as its estimate", () => {
  const columns = { x: [0.5, 2, 1, 4, 2], y: [1, 3, 1, 2, 5] };
  const bootstrap = new ClusterBootstrap(["a", "b", "b", "c", "d"], { seed: 5 });
  assertAlmostEquals(
    pearsonInterval(bootstrap, columns).estimate!,
    pearson(columns.x, columns.y)!,
    1e-15,
  );
});

Deno.test("pearsonInterval() equals pearson() of the drawn rows written out", () => {
  const bootstrap = new ClusterBootstrap(fixture.cluster, { seed: 9, samples: 200 });
  const expected = bootstrap.resample((counts) => {
    const drawn = (column: readonly number[]) =>
      column.flatMap((value, row) => new Array<number>(counts[row]!).fill(value));
    return pearson(drawn(fixture.x), drawn(fixture.y))!;
  });
  assertClose(pearsonInterval(bootstrap, fixture), expected);
});

Deno.test("pearsonInterval() gives nothing without variance or below three rows", () => {
  const nothing = { estimate: undefined, low: undefined, high: undefined };
  const of = (columns: ColumnPair) =>
    pearsonInterval(
      new ClusterBootstrap(columns.x.map((_, row) => `${row}`), { seed: 0 }),
      columns,
    );
  assertEquals(of({ x: [], y: [] }), nothing);
  assertEquals(of({ x: [1, 2], y: [1, 3] }), nothing);
  assertEquals(of({ x: [0.1, 0.1, 0.1], y: [1, 2, 3] }), nothing);
  assertEquals(of({ x: [1, 2, 3], y: [0.1, 0.1, 0.1] }), nothing);
});

Deno.test("pearsonInterval() is wider if clusters are drawn than if rows are", () => {
  const width = (keys: readonly string[]) => {
    const { low, high } = pearsonInterval(new ClusterBootstrap(keys, { seed: 8 }), fixture);
    return high! - low!;
  };
  assert(width(fixture.cluster) > 1.1 * width(fixture.x.map((_, row) => `${row}`)));
});

/** Equal to a relative 1e-12: only the order of float64 sums differs. */
function assertClose(found: Estimate, expected: Estimate): void {
  for (const part of ["estimate", "low", "high"] as const) {
    assertAlmostEquals(found[part]!, expected[part]!, Math.abs(expected[part]!) * 1e-12);
  }
}

Deno.test("pearsonInterval() gives no bounds if too few clusters carry the variance of x", () => {
  const x = Array.from({ length: 40 }, (_, row) => row < 4 ? 100 : row % 2);
  const y = x.map((_, row) => Math.sin(row));
  const bootstrap = new ClusterBootstrap(x.map((_, row) => `${row}`), { seed: 7 });
  const estimate = pearson(x, y);
  assertEquals(pearsonInterval(bootstrap, { x, y }), { estimate, low: undefined, high: undefined });
  assert(pearsonInterval(bootstrap, { x: y, y: x }).low! < estimate!);
});
