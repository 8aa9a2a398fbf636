import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { aurocOf, pearson, rankCorrelation, spearman } from "../../lib/stats/correlation.ts";
import fixtures from "../fixtures/statistics/correlations.json" with { type: "json" };
import { assertThrowsCode } from "../error_codes.ts";
import { seededRandom } from "../../lib/stats/random.ts";

Deno.test("pearson() equals SciPy's pearsonr", () => {
  // Centred sums of 250 products lose some 1e-15; values at 1e6 have lost 1e-10 of their spread already, in SciPy's as here.
  for (const { x, y, pearson: expected } of fixtures) {
    assertAlmostEquals(pearson(x, y)!, expected, Math.max(...x) > 1e5 ? 1e-10 : 1e-14);
  }
});

Deno.test("spearman() equals SciPy's spearmanr, ties included", () => {
  for (const { x, y, spearman: expected } of fixtures) {
    assertAlmostEquals(spearman(x, y)!, expected, 1e-14);
  }
});

Deno.test("pearson() and spearman() reach 1 and -1 and do not exceed them", () => {
  for (let n = 3; n < 60; n++) {
    const x = Array.from({ length: n }, (_, row) => Math.sin(row));
    const up = pearson(x, x.map((value) => 0.3 * value))!;
    const down = pearson(x, x.map((value) => -value / 7))!;
    assert(up <= 1 && down >= -1);
    assertAlmostEquals(up, 1, 1e-15);
    assertAlmostEquals(down, -1, 1e-15);
    assertAlmostEquals(spearman(x, x.map(Math.exp))!, 1, 1e-15);
    assertAlmostEquals(spearman(x, x.map((value) => -(value ** 3)))!, -1, 1e-15);
  }
});

Deno.test("pearson() and spearman() are undefined below three rows and without variance", () => {
  const constant = [0.1, 0.1, 0.1]; // their float64 mean is not 0.1
  for (const correlate of [pearson, spearman]) {
    assertEquals(correlate([], []), undefined);
    assertEquals(correlate([1, 2], [3, 5]), undefined);
    assertEquals(correlate(constant, [1, 2, 3]), undefined);
    assertEquals(correlate([1, 2, 3], constant), undefined);
  }
});

Deno.test("pearson() and spearman() refuse columns of different lengths or with values that are not finite", () => {
  for (const correlate of [pearson, spearman]) {
    assertThrowsCode(
      () => correlate([1, 2, 3], [1, 2]),
      "sizes-differ: Cannot use 2 values of a column with 3 rows: expected one for each row",
    );
    assertThrowsCode(() => correlate([1, 2, 3], [1, NaN, 3]), "value-not-finite: value 1 is NaN");
  }
});

Deno.test("rankCorrelation() is Spearman's rho, and nothing where either column is no more than its error", () => {
  const [x, y] = [[3, 1, 4, 1, 5, 9], [2, 7, 1, 8, 2, 8]];
  assertEquals(rankCorrelation(x, y, 1e-3), spearman(x, y));
  assertEquals(rankCorrelation(x, y, 7), undefined); // y goes from 1 to 8
  assertEquals(rankCorrelation(y, x, 7), undefined);
  assertEquals(rankCorrelation(x, y.with(2, NaN), 1e-3), undefined);
});

const scored = (values: readonly number[]) =>
  new Map(values.map((value, i) => [`${i}`, value] as const));

Deno.test("aurocOf() is the share of pairs of a member and another in which the member has more", () => {
  const random = seededRandom(5);
  for (let set = 0; set < 20; set++) {
    const values = Array.from({ length: 30 }, () => random.below(8)); // many ties
    const members = values.flatMap((_, i) => i % 4 === set % 4 ? [i] : []);
    const others = values.flatMap((_, i) => i % 4 === set % 4 ? [] : [i]);
    const won = members.flatMap((member) =>
      others.map((other) => (1 + Math.sign(values[member]! - values[other]!)) / 2)
    );
    const share = won.reduce((sum, value) => sum + value, 0) / won.length;
    assertAlmostEquals(aurocOf(scored(values), members.map(String))!, share, 1e-12);
  }
});

Deno.test("aurocOf() has no value if all names are in the set or none, and refuses names without a score and scores that are not finite", () => {
  assertEquals(aurocOf(scored([1, 2]), []), undefined);
  assertEquals(aurocOf(scored([1, 2]), ["0", "1", "0"]), undefined);
  assertThrowsCode(
    () => aurocOf(scored([1, 2]), ["0", "mlp 9"]),
    'sizes-differ: Cannot compare scores with a set that has "mlp 9": it has no score; expected a score for every',
  );
  assertThrowsCode(() => aurocOf(scored([1, NaN]), ["0"]), "value-not-finite");
});
