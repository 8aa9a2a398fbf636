import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ClusterBootstrap } from "../../lib/stats/bootstrap.ts";
import { pearson } from "../../lib/stats/correlation.ts";
import {
  blockShuffle,
  type ColumnPair,
  pearsonInterval,
  rowFeatureSteps,
} from "../../lib/stats/feature_tests.ts";
import fixture from "../fixtures/statistics/intervals.json" with { type: "json" };
import { seededRandom } from "../../lib/stats/random.ts";
import fixtures from "../fixtures/statistics/permutations.json" with { type: "json" };
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { finish } from "../../lib/stats/steps.ts";

const pValues = (...given: Parameters<typeof rowFeatureSteps>) => finish(rowFeatureSteps(...given));

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

Deno.test("pearsonInterval() equals pearson() of the drawn rows written out", () => {
  const rows = Array.from({ length: 10 }, (_, row) => row); // some samples have one value of x alone
  const few = { x: rows.map((row) => row % 2 / 3), y: rows.map((row) => row ** 2 % 7 / 3) };
  const cases = [[fixture, fixture.cluster, 200], [few, rows.map(String), 10_000]] as const;
  for (const [columns, clusters, samples] of cases) {
    const bootstrap = new ClusterBootstrap(clusters, { seed: 9, samples });
    const ofRows = columns.x.map((_, row) => columns.x.map((_, other) => Number(other === row)));
    const expected = bootstrap.sums(ofRows)((counts) => { // how often each row is drawn
      const drawn = (column: readonly number[]) =>
        column.flatMap((value, row) => new Array<number>(counts[row]!).fill(value));
      return pearson(drawn(columns.x), drawn(columns.y)) ?? NaN;
    });
    const found = pearsonInterval(bootstrap, columns);
    for (const part of ["estimate", "low", "high"] as const) { // only the order of float64 sums differs
      assertAlmostEquals(found[part]!, expected[part]!, Math.abs(expected[part]!) * 1e-12);
    }
  }
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

Deno.test("pearsonInterval() gives no bounds if too few clusters carry the variance of x", () => {
  const x = Array.from({ length: 40 }, (_, row) => row < 4 ? 100 : row % 2);
  const y = x.map((_, row) => Math.sin(row));
  const bootstrap = new ClusterBootstrap(x.map((_, row) => `${row}`), { seed: 7 });
  const estimate = pearson(x, y);
  assertEquals(pearsonInterval(bootstrap, { x, y }), { estimate, low: undefined, high: undefined });
  assert(pearsonInterval(bootstrap, { x: y, y: x }).low! < estimate!);
});

const CLUSTERS = ["b", "a", "c", "c", "d", "d", "e", "e", "e"];
const ROWS = CLUSTERS.map((_, row) => `row ${row}`);
const Y = [0.3, -1, 2, 1.5, 0.2, -0.4, 1, 3, 2];
const ROW_FEATURE = [0.1, -0.6, 0.9, 1.3, -0.2, 0.4, 1.1, 0.3, 1.9];

Deno.test("rowFeatureSteps() equal SciPy's exact p-values of single rows", () => {
  for (const { x, y, p_value } of fixtures) {
    const clusters = x.map((_, row) => `${row}`);
    const options = { clusters, rows: clusters, seed: 1 };
    assertP(pValues([x], y, options)[0]!, p_value);
  }
  const rows = Array.from({ length: 20 }, (_, row) => `${row}`);
  const line = rows.map(Number); // no order of 9999 is as far from 0
  assertEquals(pValues([line], line, { clusters: rows, rows, seed: 1 }), [1 / 10_000]);
});

Deno.test("rowFeatureSteps() count ties that rounding would separate: two values each", () => {
  // 7 of 25 x and 12 of 25 y are the larger value, 4 of them in the same row: r goes with |25 n - 7 * 12|, n hypergeometric.
  const [rows, ofX, ofY, both] = [25, 7, 12, 4];
  const x = Array.from({ length: rows }, (_, row) => row < ofX ? 1 : 0);
  const y = Array.from({ length: rows }, (_, row) => {
    return row < both || (row >= ofX && row < ofX + ofY - both) ? 0.6 : 0.3;
  });
  const far = (n: number) => Math.abs(rows * n - ofX * ofY);
  const exact = Array.from({ length: ofX + 1 }, (_, n) => n)
    .filter((n) => far(n) >= far(both))
    .reduce((sum, n) => sum + choose(ofY, n) * choose(rows - ofY, ofX - n) / choose(rows, ofX), 0);
  const keys = x.map((_, row) => `${row}`);
  const scaled = [1, 0.1, 0.7, 1 / 3].map((scale) => x.map((value) => scale * value));
  const options = { clusters: keys, rows: keys, seed: 13 };
  for (const p of pValues(scaled, y, options)) assertP(p!, exact);
});

Deno.test("rowFeatureSteps() equals an enumeration of all orders that equal-sized clusters allow", () => {
  // Rows 0 and 1 are clusters of one row, 2 3 and 4 5 of two, 6 7 8 the only one of three.
  const singles = orders([0, 1]);
  const doubles = orders([[2, 3], [4, 5]]).flatMap(([first, second]) =>
    orders(first!).flatMap((a) => orders(second!).map((b) => [...a, ...b]))
  );
  const all = singles.flatMap((ones) =>
    doubles.flatMap((twos) => orders([6, 7, 8]).map((threes) => [...ones, ...twos, ...threes]))
  ).map((order) => Math.abs(pearson(order.map((row) => ROW_FEATURE[row]!), Y)!));
  assertEquals(all.length, 2 * 8 * 6);
  const [p] = pValues([ROW_FEATURE], Y, { clusters: CLUSTERS, rows: ROWS, seed: 3 });
  assertP(p!, shareFrom(all, Math.abs(pearson(ROW_FEATURE, Y)!)));
});

Deno.test("rowFeatureSteps() change nothing when rows change their order", () => {
  const clusters = Array.from({ length: 40 }, (_, row) => `${row % 12}`);
  const rows = clusters.map((_, row) => `${row}`);
  const y = rows.map((_, row) => Math.sin(5 * row));
  const own = rows.map((_, row) => Math.cos(3 * row));
  const order = seededRandom(9).shuffle(rows.map((_, row) => row));
  const reorder = <T>(values: readonly T[]) => order.map((row) => values[row]!);
  const options = { clusters, rows, seed: 10 };
  const reordered = { clusters: reorder(clusters), rows: reorder(rows), seed: 10 };
  assertEquals(pValues([reorder(own)], reorder(y), reordered), pValues([own], y, options));
});

Deno.test("rowFeatureSteps() gives each feature the p-value of a test by itself", () => {
  const options = { clusters: CLUSTERS, rows: ROWS, seed: 12 };
  const constant = Y.map(() => 0.1);
  const other = Y.map((_, row) => Math.sin(row));
  const [alone] = pValues([ROW_FEATURE], Y, options);
  const all = pValues([other, constant, ROW_FEATURE], Y, options);
  assertEquals(all.slice(1), [undefined, alone]);
});

Deno.test("rowFeatureSteps() refuse keys, values and numbers that allow no test", () => {
  const options = { clusters: CLUSTERS, rows: ROWS, seed: 0 };
  const x = Y.map(() => 1);
  const wrong: readonly (readonly [Parameters<typeof pValues>, `${ErrorCode}: ${string}`])[] = [
    [[[[1]], Y, options], "sizes-differ: 1 values of a column with 9 rows"],
    [[[x], [NaN, ...Y.slice(1)], options], "value-not-finite: value 0 is NaN"],
    [[[x], Y, { ...options, clusters: ["a"] }], "sizes-differ: 1 clusters with 9 rows"],
    [[[x], Y, { ...options, permutations: 0 }], "value-wrong: Cannot draw with permutations 0: ex"],
    [[[x], Y, { ...options, rows: [] }], "sizes-differ: Cannot use 0 keys with 9 rows: expected o"],
  ];
  for (const [given, says] of wrong) assertThrowsCode(() => pValues(...given), says);
});

/** Within four standard deviations of a share of 9999 draws. */
function assertP(found: number, exact: number): void {
  assertAlmostEquals(found, (1 + 9999 * exact) / 10_000, 4 * Math.sqrt(exact * (1 - exact) / 9999));
}

function shareFrom(values: readonly number[], bound: number): number {
  return values.filter((value) => value >= bound - 1e-12).length / values.length;
}

function choose(n: number, k: number): number {
  return k === 0 ? 1 : choose(n - 1, k - 1) * n / k;
}

function orders<T>(values: readonly T[]): T[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((first, i) =>
    orders(values.toSpliced(i, 1)).map((rest) => [first, ...rest])
  );
}

Deno.test("blockShuffle() reaches every order that exchanges equal blocks and shuffles within, equally often", () => {
  const shuffle = blockShuffle(["a", "a", "b", "c", "c", "d"], seededRandom(1));
  const order = Int32Array.of(0, 1, 2, 3, 4, 5);
  const draws = 16_000;
  const counts = new Map<string, number>();
  for (let i = 0; i < draws; i++) {
    shuffle(order);
    counts.set(order.join(""), (counts.get(order.join("")) ?? 0) + 1);
  }
  // a and c exchange or not, each is turned or not, b and d exchange or not.
  const expected = ["01", "10"].flatMap((a) =>
    ["34", "43"].flatMap((c) =>
      [["2", "5"], ["5", "2"]].flatMap(([b, d]) => [a + b + c + d, c + b + a + d])
    )
  );
  assertEquals([...counts.keys()].sort(), expected.sort());
  // Binomial(16 000, 1/16) has standard deviation 31.
  for (const [key, count] of counts) assert(Math.abs(count - 1000) < 5 * 31, `${key}: ${count}`);
});
