import { assertEquals } from "@std/assert";
import { correlateFindings, sizeAccuracy } from "../../../lib/experiments/correlate/index.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { someRows } from "../some_rows.ts";
import { EFFECT_GROUPS } from "../../../lib/study/groups/group_estimates.ts";
import { assertSpec, committedRows, ofSomeColumns, SOURCES } from "../../charts/fixtures.ts";

function correlateText(correlations: readonly object[]): string[] {
  return findingText(correlateFindings(someRows(correlations))).split("\n");
}

/** A correlation with an interval of .25 to either side. */
function correlation(negation: string, feature: string, [r, q]: readonly number[]) {
  return { negation, feature, n: 4, r, r_low: r! - 0.25, r_high: r! + 0.25, q_value: q };
}

Deno.test("correlateFindings() shows r of each side and feature with its interval and q, and names those with q < .05", () => {
  assertEquals(
    correlateText([
      correlation("foil", "tokens", [-0.25, 0.75]),
      correlation("foil", "text_similarity", [-0.5, 0.01]),
      correlation("foil", "subject_size", [0.75, 0.02]),
      correlation("caption", "tokens", [-0.25, 0.05]),
      { negation: "caption", feature: "subject_size", n: 0 },
    ]).slice(0, 10),
    [
      "Where the foil is negated, d goes with subject size (0.75, 0.50 to 1.00) and",
      "  text similarity (-0.50, -0.75 to -0.25).",
      "Where the caption is negated, no feature goes with d (q < 0.05).",
      "",
      "Correlation with d",
      "negated  feature          n       r  95 % interval         q",
      "foil     tokens           4  -0.250  -0.500 to 0.000   0.750",
      "foil     text_similarity  4  -0.500  -0.750 to -0.250  0.010",
      "foil     subject_size     4   0.750  0.500 to 1.000    0.020",
      "caption  tokens           4  -0.250  -0.500 to 0.000   0.050",
    ],
  );
});

Deno.test("correlateFindings() shows for each side how each r changes without its most repeated sentence pair", () => {
  const audit = (negation: string, feature: string, r: number | undefined, without?: number) => ({
    ...{ negation, feature, n: 9, largest_block: "No cat.", block_n: 3 },
    ...{ r, r_without_block: without },
  });
  assertEquals(
    correlateText([
      audit("foil", "tokens", -0.25, 0.5),
      audit("foil", "subject_size", 0.125),
      { ...audit("caption", "tokens", undefined), n: 2, block_n: 1 },
    ]).slice(-4),
    [
      'foil-negated: of 9 rows, without the 3 rows "No cat." r of tokens -0.250 becomes',
      "  0.500, subject_size 0.125 becomes none",
      "caption-negated: no sentence pair is repeated in 2 rows",
      "",
    ],
  );
});

Deno.test("sizeAccuracy() makes the committed spec of the committed table", () => {
  const rows = committedRows(EFFECT_GROUPS, "size_accuracy");
  assertSpec(ofSomeColumns(sizeAccuracy)(rows, { sources: SOURCES }), "size_accuracy");
});
