import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { pairedShareDifference } from "../../../lib/stats/share.ts";
import { assertThrowsCode } from "../../error_codes.ts";

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
  assertEquals(pairedShareDifference(first, second, { clusters }), {
    estimate: 1 / 8,
    low: undefined,
    high: undefined,
  });
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
