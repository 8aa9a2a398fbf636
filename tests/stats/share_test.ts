import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { clusterShare, mcnemar, pairedShareDifference } from "../../lib/stats/share.ts";
import fixtures from "../fixtures/statistics/shares.json" with { type: "json" };
import { assertThrowsCode } from "../error_codes.ts";
import { seededRandom } from "../../lib/stats/random.ts";

Deno.test("clusterShare() equals statsmodels' Wilson interval on the number of rows that clusters are worth", () => {
  for (const { rows, clusters, share, low, high } of fixtures) {
    const found = clusterShare(rows.map((row) => row === 1), { clusters });
    assertAlmostEquals(found.estimate!, share, 1e-15);
    assertAlmostEquals(found.low!, low, 1e-6); // jStat's quantiles
    assertAlmostEquals(found.high!, high, 1e-6);
  }
});

Deno.test("clusterShare() gives 9 of 9 and 0 of 9 Wilson's interval, n / (n + z^2) and its mirror", () => {
  const keys = [..."abcdefghi"];
  const bound = 9 / (9 + 1.959964 ** 2);
  const all = clusterShare(keys.map(() => true), { clusters: keys });
  assertEquals([all.estimate, all.high], [1, 1]);
  assertAlmostEquals(all.low!, bound, 1e-6);
  const none = clusterShare(keys.map(() => false), { clusters: keys });
  assertEquals([none.estimate, none.low], [0, 0]);
  assertAlmostEquals(none.high!, 1 - bound, 1e-6);
});

Deno.test("clusterShare() counts no more rows than there are where rows of a cluster differ from each other", () => {
  const rows = Array.from({ length: 24 }, (_, row) => row);
  const { low } = clusterShare(rows.map((row) => row % 2 === 0), {
    clusters: rows.map((row) => `${row >> 1}`), // one of two in each cluster
  });
  assertAlmostEquals(low!, 0.314274, 1e-6); // statsmodels: proportion_confint(12, 24, method="wilson")
});

Deno.test("clusterShare() gives no bounds below nine effective clusters and nothing without rows", () => {
  const eight = [..."abcdefgh"];
  assertEquals(
    clusterShare(eight.map((key) => key < "c"), { clusters: eight }),
    { estimate: 2 / 8, low: undefined, high: undefined },
  );
  assertEquals(
    clusterShare([], { clusters: [] }),
    { estimate: undefined, low: undefined, high: undefined },
  );
});

Deno.test("clusterShare() counts a tie as one half, and has its interval no narrower than that of as many independent rows", () => {
  const keys = Array.from({ length: 40 }, (_, row) => `${row}`);
  const { estimate, low, high } = clusterShare(keys.map((_, row) => row < 10 ? 1 : 0.5), {
    clusters: keys,
  });
  assertEquals(estimate, 25 / 40);
  // Wilson of 25 of 40: (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
  assertAlmostEquals(low!, 0.4703, 1e-4);
  assertAlmostEquals(high!, 0.7578, 1e-4);
});

/** Rows of which the first ones are true of the first only, the next of the second only, and the others of both. */
function outcomes(onlyFirst: number, onlySecond: number, rows: number) {
  const row = Array.from({ length: rows }, (_, at) => at);
  return {
    first: row.map((at) => at < onlyFirst || at >= onlyFirst + onlySecond),
    second: row.map((at) => at >= onlyFirst),
    clusters: row.map(String),
  };
}

Deno.test("pairedShareDifference() gives Bonett and Price's interval, with each count one larger", () => {
  // (b + 1) / (n + 2) and (c + 1) / (n + 2) in Wald's interval, computed with scipy's normal quantile
  const known = [
    { counts: [1, 7, 21], low: 0.013379824, high: 0.508359307 }, // Fagerland et al. 2013's table of airways
    { counts: [5, 25, 100], low: 0.094258138, high: 0.297898724 },
    { counts: [0, 0, 40], low: -0.06599542, high: 0.06599542 },
  ] as const;
  for (const { counts: [b, c, n], low, high } of known) {
    const { first, second, clusters } = outcomes(b, c, n);
    const found = pairedShareDifference(first, second, { clusters });
    assertAlmostEquals(found.estimate!, (c - b) / n, 1e-15);
    assert(found.low! <= low + 1e-6 && found.low! > low - 0.03);
    assert(found.high! >= high - 1e-6 && found.high! < high + 0.03);
  }
  const none = outcomes(0, 0, 40);
  const { low, high } = pairedShareDifference(none.first, none.second, none);
  assertAlmostEquals(low!, known[2].low, 1e-6); // as many rows as clusters
  assertAlmostEquals(high!, known[2].high, 1e-6);
});

Deno.test("pairedShareDifference() counts equal rows of a cluster once, and turns around with the two", () => {
  const { first, second, clusters } = outcomes(5, 12, 60);
  const one = pairedShareDifference(first, second, { clusters });
  const thrice = <Value>(values: readonly Value[]) => [...values, ...values, ...values];
  const copied = pairedShareDifference(thrice(first), thrice(second), {
    clusters: thrice(clusters),
  });
  assertAlmostEquals(copied.low!, one.low!, 1e-12);
  assertAlmostEquals(copied.high!, one.high!, 1e-12);
  const turned = pairedShareDifference(second, first, { clusters });
  assertAlmostEquals(turned.low!, -one.high!, 1e-15);
  assertAlmostEquals(turned.high!, -one.low!, 1e-15);
});

Deno.test("pairedShareDifference() gives no bounds below nine clusters, nothing without rows, and refuses other lengths", () => {
  const { first, second, clusters } = outcomes(1, 2, 8);
  assertEquals(
    pairedShareDifference(first, second, { clusters }),
    { estimate: 1 / 8, low: undefined, high: undefined },
  );
  assertEquals(pairedShareDifference([], [], { clusters: [] }).estimate, undefined);
  assertThrowsCode(() => pairedShareDifference([true], [], { clusters: ["a"] }), "sizes-differ");
});

Deno.test("pairedShareDifference() counts rows that a tie moves by one half", () => {
  const clusters = Array.from({ length: 20 }, (_, row) => `${row}`);
  const first = clusters.map(() => 0.5);
  const second = clusters.map((_, row) => row < 8 ? 1 : row < 12 ? 0 : 0.5);
  const { estimate, low, high } = pairedShareDifference(first, second, { clusters });
  assertAlmostEquals(estimate!, 0.1, 1e-12);
  assert(low! < 0 && high! > 0.1);
  assertEquals(pairedShareDifference(first, first, { clusters }).estimate, 0);
});

/** Rows of which so many are true of the first only, of the second only, and of both. */
function discordant(onlyFirst: number, onlySecond: number, both = 3) {
  const of = (count: number, first: boolean, second: boolean) =>
    Array.from({ length: count }, () => ({ first, second }));
  const rows = [
    ...of(onlyFirst, true, false),
    ...of(onlySecond, false, true),
    ...of(both, true, true),
  ];
  return [rows.map(({ first }) => first), rows.map(({ second }) => second)] as const;
}

Deno.test("mcnemar() gives the mid-p-value of Fagerland et al.'s example, and scipy's for larger tables", () => {
  // scipy.stats.binom: 2 cdf(min, n, .5) - pmf(min, n, .5); for equal counts 1 - pmf / 2
  const known = [
    [1, 7, 0.0390625], // airway hyper-responsiveness, Fagerland et al. 2013, table 1: .039
    [59, 80, 0.07555082875265662],
    [5, 5, 0.876953125],
    [0, 6, 0.015625],
    [16, 37, 0.003838265880326098],
  ] as const;
  for (const [onlyFirst, onlySecond, p] of known) {
    const found = mcnemar(...discordant(onlyFirst, onlySecond));
    assertEquals([found.onlyFirst, found.onlySecond], [onlyFirst, onlySecond]);
    assertAlmostEquals(found.pValue, p, 1e-12);
    assertAlmostEquals(mcnemar(...discordant(onlySecond, onlyFirst)).pValue, p, 1e-12);
  }
});

Deno.test("mcnemar() gives 1 where the two agree on every row", () => {
  assertEquals(mcnemar(...discordant(0, 0)), { onlyFirst: 0, onlySecond: 0, pValue: 1 });
  assertEquals(mcnemar([], []).pValue, 1);
});

Deno.test("mcnemar() is the same with each row in a cluster of its own, and takes the sign of whole clusters otherwise", () => {
  const [first, second] = discordant(4, 11);
  const alone = mcnemar(first, second).pValue;
  assertEquals(mcnemar(first, second, first.map((_, row) => `${row}`)).pValue, alone);
  // clusters of surplus 3, 2 and 1: the sum is 6 or -6 in 2 of 8 cases, which count half
  const three = discordant(0, 6, 0);
  assertAlmostEquals(mcnemar(...three, [..."aaabbc"]).pValue, 1 / 8, 1e-15);
  // 3 + 2 - 1 = 4: 6 and -6 lie beyond (1/4), 4 and -4 count half (1/8)
  assertAlmostEquals(mcnemar(...discordant(1, 5, 0), [..."caaabb"]).pValue, 3 / 8, 1e-15);
  // a cluster in which the two are equally often right says nothing
  assertEquals(mcnemar(...discordant(2, 2, 0), [..."abab"]).pValue, 1);
});

Deno.test("mcnemar() changes by no more than 1e-4 where the normal distribution takes over", () => {
  const random = seededRandom(5);
  const outcomesOf = (rows: number) =>
    Array.from(
      { length: rows },
      (_, row) => random.below(1000) < 520 ? row % 3 !== 0 : row % 3 === 0,
    );
  for (const second of [outcomesOf(3000), outcomesOf(3000)]) {
    const first = second.map((isTrue) => !isTrue);
    const more = mcnemar([...first, true, false], [...second, false, true]).pValue; // 3002 rows
    assertAlmostEquals(mcnemar(first, second).pValue, more, 1e-4 + 2e-3 * more);
  }
});

Deno.test("mcnemar() takes a tie for half a row: rows that move by one half weigh half as much", () => {
  // Of 1, 1/2 and 1/2: the sum is 2 or -2 in 2 of 8 cases, which count half.
  const found = mcnemar([0, 0.5, false], [true, 1, 0.5]);
  assertEquals(found, { onlyFirst: 0, onlySecond: 3, pValue: 1 / 8 });
  // Of 1, -1/2 and 1/2, the sum 1: 2 and -2 lie beyond (1/4), 1 and -1 count half (4 of 8 cases).
  assertEquals(mcnemar([0, 1, 0.5], [1, 0.5, 1]).pValue, 1 / 2);
  assertEquals(mcnemar([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]).pValue, 1);
});
