import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/stats/random.ts";
import {
  allSigns,
  clusterFeatureSteps,
  drawnSigns,
  slopeClusters,
  slopeSums,
} from "../../lib/stats/feature_tests.ts";
import fixtures from "../fixtures/statistics/wild_bootstraps.json" with { type: "json" };
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { finish } from "../../lib/stats/steps.ts";

const pValues = (...given: Parameters<typeof clusterFeatureSteps>) =>
  finish(clusterFeatureSteps(...given));

Deno.test("clusterFeatureSteps() equals the exact p-values of statsmodels' cluster-robust t over all signs", () => {
  for (const { x, y, clusters, p_value } of fixtures) {
    assertEquals(pValues([x], y, { clusters, seed: 0 }), [p_value]);
    const all = 2 ** (new Set(clusters).size - 1); // as many draws as there are vectors of signs
    assertEquals(pValues([x], y, { clusters, seed: 0, samples: all }), [p_value]);
  }
});

Deno.test("clusterFeatureSteps() with random draws comes near the exact p-value", () => {
  const { x, y, clusters, p_value } = fixtures[2]!;
  const samples = 4000; // of the 8192 that differ, so these are drawn
  const [p] = pValues([x], y, { clusters, seed: 1, samples });
  const deviation = Math.sqrt(p_value * (1 - p_value) / samples);
  assertAlmostEquals(p!, p_value, 4 * deviation + 1 / samples);
  assertEquals(p, Math.round(p! * (samples + 1)) / (samples + 1)); // one of the draws is the data
});

Deno.test("clusterFeatureSteps() finds an existing relation, and gives an exact line the smallest p-value", () => {
  const clusters = Array.from({ length: 60 }, (_, row) => `${row >> 1}`);
  const x = clusters.map((key) => Math.sin(Number(key)));
  const y = x.map((value, row) => value + Math.cos(7 * row) / 2);
  assertEquals(pValues([x, y], y, { clusters, seed: 8 }), [1 / 10_000, 1 / 10_000]);
});

Deno.test("clusterFeatureSteps() changes nothing when rows change their order or units", () => {
  const { x, y, clusters } = random(20, [3, 1, 2]);
  const order = seededRandom(9).shuffle(y.map((_, row) => row));
  const reorder = <T>(values: readonly T[]) => order.map((row) => values[row]!);
  const before = pValues([x], y, { clusters, seed: 10, samples: 299 });
  assertEquals(
    pValues([reorder(x)], reorder(y), {
      ...{ clusters: reorder(clusters), seed: 10, samples: 299 },
    }),
    before,
  );
  const scaled = [x.map((value) => 1000 - 8 * value)];
  const options = { clusters, seed: 10, samples: 299 };
  assertEquals(pValues(scaled, y.map((value) => value / 4 + 7), options), before);
});

Deno.test("clusterFeatureSteps() gives each feature the p-value of a test by itself", () => {
  const { x, y, clusters } = random(20, [3, 1, 2]);
  const options = { clusters, seed: 12, samples: 299 };
  const [alone] = pValues([x], y, options);
  const other = x.map((_, row) => Math.sin(row)); // differs within clusters
  const all = pValues([other, y.map(() => 0.1), x], y, options);
  assertEquals(all.slice(1), [undefined, alone]);
  assert(all[0]! > 0 && all[0]! <= 1);
});

Deno.test("clusterFeatureSteps() gives nothing if r is not defined or few clusters carry the slope", () => {
  const of = (x: number[], y: number[]) =>
    pValues([x], y, { clusters: x.map((_, row) => `${row}`), seed: 0 })[0];
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
  const wrong: readonly (readonly [Parameters<typeof pValues>, `${ErrorCode}: ${string}`])[] = [
    [[[[1]], y, options], "sizes-differ: 1 values of a column with 8 rows"],
    [[[x], [NaN, ...y.slice(1)], options], "value-not-finite: value 0 is NaN"],
    [[[x], y, { ...options, clusters: ["a"] }], "sizes-differ: Cannot use 1 clusters with 8 rows"],
    [[[x], y, { ...options, samples: 0 }], "value-wrong: Cannot draw with samples 0: expected a"],
  ];
  for (const [given, says] of wrong) assertThrowsCode(() => pValues(...given), says);
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
  const [found] = pValues([x], y.map((value) => 10_000 + value), { clusters, seed: 0 });
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
