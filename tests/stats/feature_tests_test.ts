import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ClusterBootstrap } from "../../lib/stats/bootstrap.ts";
import { pearson } from "../../lib/stats/correlation.ts";
import {
  allSigns,
  blockShuffle,
  clusterFeatureSteps,
  type ColumnPair,
  drawnSigns,
  pearsonInterval,
  rowFeatureSteps,
  slopeClusters,
  slopeSums,
} from "../../lib/stats/feature_tests.ts";
import fixture from "../fixtures/statistics/intervals.json" with { type: "json" };
import { seededRandom } from "../../lib/stats/random.ts";
import permutations from "../fixtures/statistics/permutations.json" with { type: "json" };
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { finish } from "../../lib/stats/steps.ts";
import wild from "../fixtures/statistics/wild_bootstraps.json" with { type: "json" };

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
  for (const { x, y, p_value } of permutations) {
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

const wildPValues = (...given: Parameters<typeof clusterFeatureSteps>) =>
  finish(clusterFeatureSteps(...given));

Deno.test("clusterFeatureSteps() equals the exact p-values of statsmodels' cluster-robust t over all signs", () => {
  for (const { x, y, clusters, p_value } of wild) {
    assertEquals(wildPValues([x], y, { clusters, seed: 0 }), [p_value]);
    const all = 2 ** (new Set(clusters).size - 1); // as many draws as there are vectors of signs
    assertEquals(wildPValues([x], y, { clusters, seed: 0, samples: all }), [p_value]);
  }
});

Deno.test("clusterFeatureSteps() with random draws comes near the exact p-value", () => {
  const { x, y, clusters, p_value } = wild[2]!;
  const samples = 4000; // of the 8192 that differ, so these are drawn
  const [p] = wildPValues([x], y, { clusters, seed: 1, samples });
  const deviation = Math.sqrt(p_value * (1 - p_value) / samples);
  assertAlmostEquals(p!, p_value, 4 * deviation + 1 / samples);
  assertEquals(p, Math.round(p! * (samples + 1)) / (samples + 1)); // one of the draws is the data
});

Deno.test("clusterFeatureSteps() finds an existing relation, and gives an exact line the smallest p-value", () => {
  const clusters = Array.from({ length: 60 }, (_, row) => `${row >> 1}`);
  const x = clusters.map((key) => Math.sin(Number(key)));
  const y = x.map((value, row) => value + Math.cos(7 * row) / 2);
  assertEquals(wildPValues([x, y], y, { clusters, seed: 8 }), [1 / 10_000, 1 / 10_000]);
});

Deno.test("clusterFeatureSteps() changes nothing when rows change their order or units", () => {
  const { x, y, clusters } = random(20, [3, 1, 2]);
  const order = seededRandom(9).shuffle(y.map((_, row) => row));
  const reorder = <T>(values: readonly T[]) => order.map((row) => values[row]!);
  const before = wildPValues([x], y, { clusters, seed: 10, samples: 299 });
  assertEquals(
    wildPValues([reorder(x)], reorder(y), {
      ...{ clusters: reorder(clusters), seed: 10, samples: 299 },
    }),
    before,
  );
  const scaled = [x.map((value) => 1000 - 8 * value)];
  const options = { clusters, seed: 10, samples: 299 };
  assertEquals(wildPValues(scaled, y.map((value) => value / 4 + 7), options), before);
});

Deno.test("clusterFeatureSteps() gives each feature the p-value of a test by itself", () => {
  const { x, y, clusters } = random(20, [3, 1, 2]);
  const options = { clusters, seed: 12, samples: 299 };
  const [alone] = wildPValues([x], y, options);
  const other = x.map((_, row) => Math.sin(row)); // differs within clusters
  const all = wildPValues([other, y.map(() => 0.1), x], y, options);
  assertEquals(all.slice(1), [undefined, alone]);
  assert(all[0]! > 0 && all[0]! <= 1);
});

Deno.test("clusterFeatureSteps() gives nothing if r is not defined or few clusters carry the slope", () => {
  const of = (x: number[], y: number[]) =>
    wildPValues([x], y, { clusters: x.map((_, row) => `${row}`), seed: 0 })[0];
  assertEquals(of([], []), undefined);
  assertEquals(of([1, 2], [1, 3]), undefined);
  assertEquals(of([0.1, 0.1, 0.1], [1, 2, 3]), undefined);
  assertEquals(of([1, 2, 3], [0.1, 0.1, 0.1]), undefined);
  const twelve = Array.from({ length: 12 }, (_, row) => row % 2);
  const y = twelve.map((_, row) => row ** 2 % 7);
  assertEquals(of(twelve.slice(4), y.slice(4)), undefined);
  assertEquals(typeof of(twelve, y), "number");
  assertEquals(of([-20, ...twelve.slice(1)], y), undefined); // one carries nearly all
});

Deno.test("slopeClusters() weighs clusters by what they add to the slope's variance", () => {
  const of = (members: number[][], x: number[]) =>
    slopeClusters(slopeSums(members, x, new Float64Array(x.length)));
  assertAlmostEquals(of([[0], [1], [2], [3]], [1, -1, 1, -1]), 4, 1e-12);
  // Cluster {0, 1} adds .9 x 2 + .1 x 4 = 2.2, the others 1 each.
  assertAlmostEquals(of([[0, 1], [2], [3]], [1, 1, -1, -1]), 4.2 ** 2 / (2.2 ** 2 + 2), 1e-12);
});

Deno.test("clusterFeatureSteps() refuses clusters, values and numbers that allow no test", () => {
  const { x, y, clusters } = random(8, [1]);
  const options = { clusters, seed: 0 };
  const wrong: readonly (readonly [Parameters<typeof wildPValues>, `${ErrorCode}: ${string}`])[] = [
    [[[[1]], y, options], "sizes-differ: 1 values of a column with 8 rows"],
    [[[x], [NaN, ...y.slice(1)], options], "value-not-finite: value 0 is NaN"],
    [[[x], y, { ...options, clusters: ["a"] }], "sizes-differ: Cannot use 1 clusters with 8 rows"],
    [[[x], y, { ...options, samples: 0 }], "value-wrong: Cannot draw with samples 0: expected a"],
  ];
  for (const [given, says] of wrong) assertThrowsCode(() => wildPValues(...given), says);
});

/** Columns of which x is the same in all rows of a cluster; the sizes of clusters repeat. */
function random(count: number, sizes: readonly number[]) {
  const draw = seededRandom(3);
  const values = Array.from({ length: count }, () => draw.below(1000) / 500 - 1);
  const of = values.flatMap((_, i) => new Array<number>(sizes[i % sizes.length]!).fill(i));
  return {
    clusters: of.map(String),
    x: of.map((cluster) => values[cluster]!),
    y: of.map((cluster) => values[cluster]! / 8 + draw.below(1000) / 500),
  };
}

/** Row by row, three rows a cluster; the sum of the fifth cluster is that of all rows / 11, so that its sign changes nothing but rounding. */
const NEAR_TIES = {
  x: [-5, -6, 6, 5, -5, 6, -5, -4, 5, 4, 5].flatMap((value) => [value, value, value]),
  y: [
    ...[2, 5, 1, 1, 6, 1, 4, 3, 5, 1, 6, 0, 3, 6, -1, 1, 4],
    ...[5, 4, 0, 3, 0, 2, 3, 4, 0, 3, 3, 0, 4, 3, 6, 0],
  ],
};

Deno.test("clusterFeatureSteps() counts draws that are equal to the data but for rounding, and none that is almost as far from 0", () => {
  const { x, y } = NEAR_TIES;
  const clusters = x.map((_, row) => String.fromCharCode(97 + Math.floor(row / 3)));
  // far from 0, the mean of y has a rounding error of 1e-12 of the residuals
  const [found] = wildPValues([x], y.map((value) => 10_000 + value), { clusters, seed: 0 });
  assertEquals(found, 168 / 1024); // counted over all vectors of signs with t^2 as fractions of whole numbers
});

Deno.test("allSigns() goes through every vector that begins with +1 once, the unchanged one first", () => {
  const all = (length: number) => allSigns(length).map(String).toArray();
  assertEquals(all(1), ["1"]);
  assertEquals(all(3), ["1,1,1", "1,-1,1", "1,1,-1", "1,-1,-1"]);
  assertEquals(new Set(all(7)).size, 64);
});

Deno.test("drawnSigns() draws each sign of each cluster equally often, independently of the others", () => {
  const [length, draws] = [65, 4000];
  const sums = new Float64Array(length);
  const products = new Float64Array(length - 1);
  let drawn = 0;
  for (const signs of drawnSigns(length, draws, seededRandom(1))) {
    drawn++;
    assert(signs.every((sign) => sign === 1 || sign === -1));
    signs.forEach((sign, i) => sums[i]! += sign);
    products.forEach((_, i) => products[i]! += signs[i]! * signs[i + 1]!);
  }
  assertEquals(drawn, draws);
  // Four and a half standard deviations of a sum of independent signs.
  for (const sum of [...sums, ...products]) {
    assert(Math.abs(sum) < 4.5 * Math.sqrt(draws), `${sum}`);
  }
});
