/** The tables of the knock-out: how the attention of each head, and of a set of heads, to the negator changes S and d. */

import type { Negation } from "../../data/pairs.ts";
import type { Steps } from "../../stats/steps.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { HEAD, ID, LAYER, N, NEGATION, SEGMENT, SEGMENT_OR_ALL } from "../../study/columns.ts";
import type { EffectNames } from "../../study/effects/estimate_columns.ts";
import { linesOf, meanEffects, type RowLines } from "../../study/effects/mean_effects.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import { fillOnRequest, fillTable, key, optional, table, text } from "../../tables/schema.ts";
import type { Row, Table } from "../../tables/table.ts";
import { EFFECT_COLUMNS, EFFECTS, knockoutCells, SCORE_COLUMNS, scoreCells } from "./columns.ts";
import type { KnockoutScores } from "./knockout_rows.ts";

const PLACE = {
  heads: optional(key(text(
    "Several heads that are knocked out together, as layer.head from 1: those of `--heads`, or `all`; empty for a single head.",
  ))),
  layer: optional(LAYER),
  head: optional(HEAD),
} as const;

export const KNOCKOUT = table(
  "knockout",
  "One row for each row and head, and one for the heads that are knocked out together.",
  { id: ID, negation: NEGATION, segment: SEGMENT, ...PLACE, ...SCORE_COLUMNS },
);

/** A row of knockout.csv: one head of one row, or several at once. */
export type KnockoutRow =
  & Row<
    { id: string; negation: Negation; segment: Segment },
    "s_negated" | "s_knocked_out" | "d" | "d_knocked_out" | "s_affirmative",
    "s_twin_knocked_out" | "layer" | "head"
  >
  & { readonly heads: string | undefined };

export const KNOCKOUT_SUMMARY = table(
  "knockout_summary",
  "One row for each head, or the heads that are knocked out together, and group of rows. Heads that stand in for each other have little effect alone.",
  { negation: NEGATION, segment: SEGMENT_OR_ALL, ...PLACE, n: N, ...EFFECT_COLUMNS },
);

/** A row of knockout_summary.csv: one head in a group of rows, or several at once. */
export type KnockoutSummaryRow =
  & Row<
    { negation: Negation; segment: Segment | "all" },
    "n_twin" | "n",
    | "layer"
    | "head"
    | "twin_effect"
    | EffectNames<"specific_effect", "specific_">
    | EffectNames<"mean_effect", "">
  >
  & { readonly heads: string | undefined };

/** A row of knockout_summary.csv of a single head. */
export type KnockoutHead = KnockoutSummaryRow & { readonly layer: number; readonly head: number };

export function isOfHead<
  Line extends { readonly layer?: number | undefined; readonly head?: number | undefined },
>(
  row: Line,
): row is Line & { readonly layer: number; readonly head: number } {
  return row.head !== undefined;
}

export function knockoutRow(
  scores: EvaluateRow,
  { negator, twin }: KnockoutScores,
  { place, heads }: { readonly place: number; readonly heads: number },
): KnockoutRow {
  const { id, negation, segment } = scores;
  return {
    id,
    negation,
    segment,
    heads: undefined,
    layer: Math.floor(place / heads) + 1,
    head: place % heads + 1,
    ...scoreCells(scores, negator.single[place]!, twin?.single[place]),
  };
}

/** The heads of a set as one row. */
function setRow(
  scores: EvaluateRow,
  { negator, twin }: KnockoutScores,
  heads: string,
): KnockoutRow {
  const { id, negation, segment } = scores;
  const place = { heads, layer: undefined, head: undefined };
  return {
    id,
    negation,
    segment,
    ...place,
    ...scoreCells(scores, negator.together, twin?.together),
  };
}

/** A row with its scores with heads knocked out. */
export interface KnockoutInput {
  readonly scores: EvaluateRow;
  readonly knockedOut: KnockoutScores;
}

export type KnockoutTables = {
  readonly knockout: Table<KnockoutRow>;
  readonly summary: Table<KnockoutSummaryRow>;
};

export interface KnockoutSteps extends StatisticsOptions {
  /** Heads of a block. */
  readonly heads: number;
  /** The name of the set of heads. */
  readonly set: string;
}

/** Averages what the attention of each head, and then of the set of heads, to the negator adds to d, over sides and segments. */
export function* knockoutSteps(
  rows: readonly KnockoutInput[],
  { heads, set, ...options }: KnockoutSteps,
): Steps<KnockoutTables> {
  const single = rows.map(({ scores, knockedOut }): RowLines<KnockoutRow> => ({
    scores,
    count: knockedOut.negator.single.length,
    line: (place) => knockoutRow(scores, knockedOut, { place, heads }),
  }));
  const together = rows.map(({ scores, knockedOut }): RowLines<KnockoutRow> => (
    { scores, count: 1, line: () => setRow(scores, knockedOut, set) }
  ));
  const means = [
    ...yield* meanEffects(single, { effects: EFFECTS, ...options }),
    ...yield* meanEffects(together, { effects: EFFECTS, ...options }), // with simultaneous intervals of its own
  ];
  const summary = means.map(({ negation, segment, n, line: { heads, layer, head }, means }) => (
    { negation, segment, heads, layer, head, n, ...knockoutCells(means) }
  ));
  return {
    knockout: fillOnRequest(KNOCKOUT, function* () {
      for (const [i, lines] of single.entries()) {
        yield* linesOf(lines);
        yield* linesOf(together[i]!);
      }
    }),
    summary: fillTable(KNOCKOUT_SUMMARY, summary),
  };
}
