/** The tables of heads that are knocked out together. */

import type { StatisticsOptions } from "../../study/clusters.ts";
import { ID, N, NEGATION, SEGMENT, SEGMENT_OR_ALL } from "../../study/columns.ts";
import { meanEffects, type RowLines } from "../../study/effects/mean_effects.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import type { Steps } from "../../stats/steps.ts";
import { fillOnRequest, fillTable, key, table, text } from "../../tables/schema.ts";
import type { Row, Table } from "../../tables/table.ts";
import { EFFECT_COLUMNS, EFFECTS, knockoutCells, SCORE_COLUMNS, scoreCells } from "./columns.ts";
import type { KnockoutScores } from "./knockout_rows.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { Negation } from "../../data/pairs.ts";
import type { EffectNames } from "../../study/effects/estimate_columns.ts";
import type { EstimateNames } from "../../tables/estimates.ts";

const HEADS = key(text(
  "The heads that are knocked out together, as layer.head from 1: those of `--heads`, or `all`.",
));

export const KNOCKOUT_SET = table(
  "knockout_set",
  "One row for each row of the data: several heads knocked out at once.",
  { id: ID, negation: NEGATION, segment: SEGMENT, heads: HEADS, ...SCORE_COLUMNS },
);

/** A row of knockout_set.csv. */
export type KnockoutSetRow = Row<
  { id: string; negation: Negation; segment: Segment; heads: string },
  "s_negated" | "s_knocked_out" | "d" | "d_knocked_out" | "s_affirmative",
  "s_twin_knocked_out"
>;

export const KNOCKOUT_SET_SUMMARY = table(
  "knockout_set_summary",
  "One row for each group of rows: several heads knocked out at once. Heads that stand in for each other have little effect alone.",
  { negation: NEGATION, segment: SEGMENT_OR_ALL, heads: HEADS, n: N, ...EFFECT_COLUMNS },
);

/** A row of knockout_set_summary.csv. */
export type KnockoutSetSummaryRow = Row<
  { negation: Negation; segment: Segment | "all"; heads: string },
  "n_twin" | "n",
  | EffectNames<"specific_effect", "specific_">
  | EffectNames<"mean_effect", "">
  | EstimateNames<"twin_effect", "twin_">
>;

/** A row with heads knocked out. */
export interface KnockoutSetInput {
  readonly scores: EvaluateRow;
  /** Its scores with heads knocked out. */
  readonly knockedOut: Pick<KnockoutScores, "negator" | "twin">;
}

/** The tables of heads that are knocked out together. */
export interface KnockoutSetTables {
  readonly set: Table<KnockoutSetRow>;
  readonly setSummary: Table<KnockoutSetSummaryRow>;
}

/** Averages what the set's attention to the negator adds to d, in steps. */
export function* knockoutSetSteps(
  rows: readonly KnockoutSetInput[],
  { heads, seed, cluster }: StatisticsOptions & { readonly heads: string },
): Steps<KnockoutSetTables> {
  const lineOf = ({ scores, knockedOut: { negator, twin } }: KnockoutSetInput): KnockoutSetRow => {
    const { id, negation, segment } = scores;
    const cells = scoreCells(scores, negator.together, twin?.together);
    return { id, negation, segment, heads, ...cells };
  };
  const lines = rows.map((row): RowLines<KnockoutSetRow> => (
    { scores: row.scores, count: 1, line: () => lineOf(row) }
  ));
  const means = yield* meanEffects(lines, { effects: EFFECTS, seed, cluster });
  const summary = means.map(({ negation, segment, n, means }): KnockoutSetSummaryRow => (
    { negation, segment, heads, n, ...knockoutCells(means) }
  ));
  return {
    set: fillOnRequest(KNOCKOUT_SET, () => rows.values().map(lineOf)),
    setSummary: fillTable(KNOCKOUT_SET_SUMMARY, summary),
  };
}
