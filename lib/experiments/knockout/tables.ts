/** The tables of the knock-out: how the attention of each head, and of a set of heads, to the negator changes S and d. */

import type { Negation } from "../../data/pairs.ts";
import type { Steps } from "../../stats/steps.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import {
  HEAD,
  ID,
  LAYER,
  N,
  NEGATION,
  numberOrNone,
  SEGMENT,
  SEGMENT_OR_ALL,
} from "../../study/columns.ts";
import type { EffectNames } from "../../study/effects/estimate_columns.ts";
import { linesOf, meanEffects, type RowLines } from "../../study/effects/mean_effects.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import { estimated, fillOnRequest, fillTable, key, table, text } from "../../tables/schema.ts";
import type { Row, Table } from "../../tables/table.ts";
import type { HeadRow } from "../attend/tables.ts";
import { effectColumns, EFFECTS, knockoutCells, SCORE_COLUMNS, scoreCells } from "./columns.ts";
import type { KnockoutScores } from "./knockout_rows.ts";

export const KNOCKOUT = table("knockout", "One row for each row and head.", {
  id: ID,
  negation: NEGATION,
  segment: SEGMENT,
  layer: LAYER,
  head: HEAD,
  ...SCORE_COLUMNS,
});

/** A row of knockout.csv: one head of one row. */
export type KnockoutRow = Row<
  { id: string; negation: Negation; segment: Segment },
  "s_negated" | "s_knocked_out" | "d" | "d_knocked_out" | "s_affirmative" | "layer" | "head",
  "s_twin_knocked_out"
>;

export const KNOCKOUT_SUMMARY = table(
  "knockout_summary",
  "One row for each head and group of rows.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    layer: LAYER,
    head: HEAD,
    n: N,
    ...effectColumns("knockout"),
  },
);

/** A row of knockout_summary.csv: one head in a group of rows. */
export type KnockoutSummaryRow = Row<
  { negation: Negation; segment: Segment | "all" },
  "n_twin" | "layer" | "head" | "n",
  | EffectNames<"specific_effect", "specific_">
  | EffectNames<"mean_effect", "">
  | EstimateNames<"twin_effect", "twin_">
>;

const HEADS = key(text(
  "The heads that are knocked out together, as layer.head from 1: those of `--heads`, or `all`.",
));

const KNOCKOUT_SET = table(
  "knockout_set",
  "One row for each row of the data: several heads knocked out at once.",
  { id: ID, negation: NEGATION, segment: SEGMENT, heads: HEADS, ...SCORE_COLUMNS },
);

/** A row of knockout_set.csv. */
export type KnockoutSetRow = Omit<KnockoutRow, "layer" | "head"> & { readonly heads: string };

const KNOCKOUT_SET_SUMMARY = table(
  "knockout_set_summary",
  "One row for each group of rows: several heads knocked out at once. Heads that stand in for each other have little effect alone.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    heads: HEADS,
    n: N,
    ...effectColumns("knockout_set"),
  },
);

/** A row of knockout_set_summary.csv. */
export type KnockoutSetSummaryRow =
  & Omit<KnockoutSummaryRow, "layer" | "head">
  & { readonly heads: string };

export const KNOCKOUT_HEADS = table(
  "knockout_heads",
  "One row for each head, over all rows of a side: its selectivity beside its effect, as the chart shows them.",
  {
    negation: NEGATION,
    layer: LAYER,
    head: HEAD,
    n: N,
    selectivity: estimated(numberOrNone("share", "As in heads.csv.")),
    ...effectColumns("knockout"),
  },
);

/** A head's selectivity beside what its attention to the negator adds to d. */
export type KnockoutPoint =
  & Omit<KnockoutSummaryRow, "segment">
  & { readonly selectivity: number | undefined };

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
    layer: Math.floor(place / heads) + 1,
    head: place % heads + 1,
    ...scoreCells(scores, negator.single[place]!, twin?.single[place]),
  };
}

/** The lines of knockout.csv of a row, in the order layer, head. */
export type KnockoutLines = RowLines<KnockoutRow>;

export type KnockoutTables = {
  readonly knockout: Table<KnockoutRow>;
  readonly summary: Table<KnockoutSummaryRow>;
};

/** Averages what each head's attention to the negator adds to d, over sides and segments. */
export function* knockoutSteps(
  rows: readonly KnockoutLines[],
  options: StatisticsOptions,
): Steps<KnockoutTables> {
  const means = yield* meanEffects(rows, { effects: EFFECTS, ...options });
  const summary = means.map(({ negation, segment, n, line: { layer, head }, means }) => (
    { negation, segment, layer, head, n, ...knockoutCells(means) }
  ));
  return {
    knockout: fillOnRequest(KNOCKOUT, () => rows.values().flatMap(linesOf)),
    summary: fillTable(KNOCKOUT_SUMMARY, summary),
  };
}

/** A row with its scores with heads knocked out. */
export interface KnockoutSetInput {
  readonly scores: EvaluateRow;
  readonly knockedOut: KnockoutScores;
}

/** The same of several heads knocked out together. */
export function* knockoutSetSteps(
  rows: readonly KnockoutSetInput[],
  { heads, ...options }: StatisticsOptions & { readonly heads: string },
): Steps<
  { readonly set: Table<KnockoutSetRow>; readonly setSummary: Table<KnockoutSetSummaryRow> }
> {
  const lines = rows.map(({ scores, knockedOut: { negator, twin } }): RowLines<KnockoutSetRow> => {
    const { id, negation, segment } = scores;
    const line = () => (
      { id, negation, segment, heads, ...scoreCells(scores, negator.together, twin?.together) }
    );
    return { scores, count: 1, line };
  });
  const means = yield* meanEffects(lines, { effects: EFFECTS, ...options });
  const summary = means.map(({ negation, segment, n, means }) => (
    { negation, segment, heads, n, ...knockoutCells(means) }
  ));
  return {
    set: fillOnRequest(KNOCKOUT_SET, () => lines.values().flatMap(linesOf)),
    setSummary: fillTable(KNOCKOUT_SET_SUMMARY, summary),
  };
}

/** Joins every head's selectivity and effect over all rows of a side. */
export function knockoutPoints(
  summary: readonly KnockoutSummaryRow[],
  heads: readonly Pick<HeadRow, "negation" | "layer" | "head" | "selectivity">[],
): Table<KnockoutPoint> {
  const key = (row: { negation: string; layer: number; head: number }) =>
    `${row.negation} ${row.layer}.${row.head}`;
  const selectivity = new Map(heads.map((row) => [key(row), row.selectivity]));
  const points = summary.filter(({ segment }) => segment === "all").map(
    ({ segment: _, ...row }): KnockoutPoint => ({ ...row, selectivity: selectivity.get(key(row)) }),
  );
  return fillTable(KNOCKOUT_HEADS, points);
}
