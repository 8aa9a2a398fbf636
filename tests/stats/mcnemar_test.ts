import { assertAlmostEquals, assertEquals } from "@std/assert";
import { mcnemar } from "../../lib/stats/share.ts";
import { seededRandom } from "../../lib/stats/random.ts";

/** Rows of which so many are true of the first only, of the second only, and of both. */
function outcomes(onlyFirst: number, onlySecond: number, both = 3) {
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
    const found = mcnemar(...outcomes(onlyFirst, onlySecond));
    assertEquals([found.onlyFirst, found.onlySecond], [onlyFirst, onlySecond]);
    assertAlmostEquals(found.pValue, p, 1e-12);
    assertAlmostEquals(mcnemar(...outcomes(onlySecond, onlyFirst)).pValue, p, 1e-12);
  }
});

Deno.test("mcnemar() gives 1 where the two agree on every row", () => {
  assertEquals(mcnemar(...outcomes(0, 0)), { onlyFirst: 0, onlySecond: 0, pValue: 1 });
  assertEquals(mcnemar([], []).pValue, 1);
});

Deno.test("mcnemar() is the same with each row in a cluster of its own, and takes the sign of whole clusters otherwise", () => {
  const [first, second] = outcomes(4, 11);
  const alone = mcnemar(first, second).pValue;
  assertEquals(mcnemar(first, second, first.map((_, row) => `${row}`)).pValue, alone);
  // clusters of surplus 3, 2 and 1: the sum is 6 or -6 in 2 of 8 cases, which count half
  const three = outcomes(0, 6, 0);
  assertAlmostEquals(mcnemar(...three, [..."aaabbc"]).pValue, 1 / 8, 1e-15);
  // 3 + 2 - 1 = 4: 6 and -6 lie beyond (1/4), 4 and -4 count half (1/8)
  assertAlmostEquals(mcnemar(...outcomes(1, 5, 0), [..."caaabb"]).pValue, 3 / 8, 1e-15);
  // a cluster in which the two are equally often right says nothing
  assertEquals(mcnemar(...outcomes(2, 2, 0), [..."abab"]).pValue, 1);
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
