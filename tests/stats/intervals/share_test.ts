import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { clusterShare } from "../../../lib/stats/share.ts";
import fixtures from "../../fixtures/statistics/shares.json" with { type: "json" };

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

Deno.test("clusterShare() counts equal rows of a cluster once", () => {
  const of = (copies: number) => {
    const rows = Array.from({ length: 20 * copies }, (_, row) => row % 20);
    return clusterShare(rows.map((key) => key < 14), { clusters: rows.map(String) });
  };
  const [one, five] = [of(1), of(5)];
  assertAlmostEquals(five.low!, one.low!, 1e-12);
  assertAlmostEquals(five.high!, one.high!, 1e-12);
  const [low, high] = [0.481027, 0.854522]; // statsmodels: proportion_confint(14, 20, method="wilson")
  assertAlmostEquals(one.low!, low, 1e-6);
  assertAlmostEquals(one.high!, high, 1e-6);
});

Deno.test("clusterShare() counts no more rows than there are where rows of a cluster differ from each other", () => {
  const rows = Array.from({ length: 24 }, (_, row) => row);
  const { low } = clusterShare(rows.map((row) => row % 2 === 0), {
    clusters: rows.map((row) => `${row >> 1}`), // one of two in each cluster
  });
  assertAlmostEquals(low!, 0.314274, 1e-6); // statsmodels: proportion_confint(12, 24, method="wilson")
});

Deno.test("clusterShare() stays in 0 to 1 and changes nothing when rows change their order", () => {
  const clusters = Array.from({ length: 30 }, (_, row) => `${row % 13}`);
  const isTrue = clusters.map((_, row) => row !== 3);
  const found = clusterShare(isTrue, { clusters });
  assert(found.low! > 0 && found.high! < 1);
  assertEquals(
    clusterShare(isTrue.toReversed(), { clusters: clusters.toReversed() }),
    found,
  );
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
