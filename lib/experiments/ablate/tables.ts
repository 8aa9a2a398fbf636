/** The ablation tables: what each part of the image tower adds to d. */

import type { Column, Table } from "../../tables/table.ts";
import {
  D,
  high,
  ID,
  LAYER,
  low,
  N,
  NEGATION,
  numberOrNone,
  SEGMENT,
  SEGMENT_OR_ALL,
} from "../../subject/columns.ts";
import { fillOnRequest, fillTable, number, type RowOf, table, text } from "../../tables/schema.ts";
import type { Part } from "./ablate.ts";
import { linesOf, meanEffects, type RowLines } from "../../subject/effects/mean_effects.ts";
import type { StatisticsOptions } from "../../subject/clusters.ts";
import { finish, type Steps } from "../../stats/steps.ts";
import type { EvaluateRow } from "../../subject/score_rows.ts";

const PART: Column<Part> = text("`attn_out` or `mlp_out`, at all positions.");

/** ablation.csv. */
export const ABLATION = table("ablation", "One row for each row and part of the image tower.", {
  id: ID,
  negation: NEGATION,
  segment: SEGMENT,
  layer: LAYER,
  part: PART,
  d: D,
  d_ablated: number(
    "logit",
    "d with the part's output replaced with its output on the flat image, where every pixel has the mean of its channel.",
  ),
  effect: number("logit", "d - d_ablated."),
});

/** A row of ablation.csv: one part of the image tower for one row. */
export type AblationRow = RowOf<typeof ABLATION>;

/** ablation_summary.csv. */
export const ABLATION_SUMMARY = table(
  "ablation_summary",
  "One row for each part and group of rows.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    layer: LAYER,
    part: PART,
    n: N,
    mean_effect: numberOrNone("logit", "Mean of d - d_ablated: what the part adds to d."),
    low: low("logit"),
    high: high("logit"),
  },
);

/** A row of ablation_summary.csv: one part in a group of rows. */
export type AblationSummaryRow = RowOf<typeof ABLATION_SUMMARY>;

/** A row whose image was ablated. */
export interface AblationInput {
  /** The row's scores. */
  readonly scores: EvaluateRow;
  /** Its lines of ablation.csv, as `ablateRows` returns them. */
  readonly parts: readonly AblationRow[];
}

/**
 * Averages what each part of the image tower adds to d, over sides and segments.
 *
 * @param rows The rows.
 * @param options The seed for the intervals, which resample clusters.
 * @returns ablation.csv in the order row, layer, part, and ablation_summary.csv.
 */
export function ablationTables(
  rows: readonly AblationInput[],
  options: StatisticsOptions,
): AblationTables {
  const lines = rows.map(({ scores, parts }): AblationLines => (
    { scores, count: parts.length, line: (place) => parts[place]! }
  ));
  return finish(ablationSteps(lines, options));
}

/** The lines of ablation.csv of a row, in the order layer, part. */
export type AblationLines = RowLines<AblationRow>;

/** The tables of an ablation. */
export type AblationTables = {
  /** ablation.csv. */
  readonly ablation: Table<AblationRow>;
  /** ablation_summary.csv. */
  readonly summary: Table<AblationSummaryRow>;
};

/**
 * Averages as {@linkcode ablationTables} does, in steps.
 *
 * @param rows The rows.
 * @param options The seed for the intervals.
 */
export function* ablationSteps(
  rows: readonly AblationLines[],
  { seed, cluster }: StatisticsOptions,
): Steps<AblationTables> {
  const means = yield* meanEffects(rows, {
    effects: { part: ({ effect }: AblationRow) => effect },
    ...{ seed, cluster },
  });
  const summary = means.map(({ negation, segment, n, line, means }): AblationSummaryRow => {
    const { layer, part } = line;
    const { estimate, low, high } = means.part;
    return { negation, segment, layer, part, n, mean_effect: estimate, low, high };
  });
  return {
    ablation: fillOnRequest(ABLATION, () => rows.values().flatMap(linesOf)),
    summary: fillTable(ABLATION_SUMMARY, summary),
  };
}
