/** A model at a glance: scores, where the effect is largest, the heads that attend to the negator, and whether larger subjects are easier. */

import { rowsOf, type Table } from "../../../lib/tables/table.ts";
import { attendPairs } from "../../../lib/experiments/attend/attend.ts";
import type { HeadRoleRow } from "../../../lib/experiments/attend/head_roles.ts";
import { attentionSteps, type HeadRow } from "../../../lib/experiments/attend/tables.ts";
import {
  type CorrelationRow,
  correlationSteps,
} from "../../../lib/experiments/correlate/correlate.ts";
import { type EvaluateRow, evaluateTable } from "../../../lib/study/rows/score_rows.ts";
import type { Study } from "../../../lib/study/study.ts";
import { type SummaryRow, summarySteps } from "../../../lib/study/evaluate/summary.ts";
import { featureRows } from "../../../lib/experiments/correlate/features.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { traceRows } from "../../../lib/experiments/trace/trace.ts";
import type { EffectRow } from "../../../lib/experiments/trace/effects.ts";
import { type TraceRow, traceSummarySteps } from "../../../lib/experiments/trace/trace_summary.ts";

/** What {@linkcode profileModel} measures. */
export interface Profile {
  /** evaluate.csv */
  readonly evaluate: Table<EvaluateRow>;
  /** summary.csv */
  readonly summary: Table<SummaryRow>;
  /** effects.csv of all rows */
  readonly effects: Table<EffectRow>;
  /** trace.csv of all rows */
  readonly trace: Table<TraceRow>;
  /** heads.csv */
  readonly heads: Table<HeadRow>;
  /** head_roles.csv */
  readonly headRoles: Table<HeadRoleRow>;
  /** correlations.csv */
  readonly correlations: Table<CorrelationRow>;
}

/** Measures a model on rephrased pairs. */
export async function profileModel(
  study: Study,
  { seed }: { readonly seed: number },
): Promise<Profile> {
  const { text, pairs, prepared: { distinct, indexOfRow } } = study;
  const { rows, images, sentences } = await study.scoredRows();
  const evaluate = evaluateTable(rows.map(({ scores }) => scores));
  const effects = await traceRows(text, rows, { site: "resid", images });
  const attended = await attendPairs(text, distinct);
  const attending = rows.map(({ scores: { id, negation, d }, aligned }, row) => (
    { id, negation, d, pair: aligned, heads: attended[indexOfRow[row]!]! }
  ));
  const { heads, headRoles } = finish(attentionSteps(attending, { seed }));
  return {
    evaluate,
    summary: finish(summarySteps(pairs, evaluate.rows, { seed })),
    effects,
    trace: finish(traceSummarySteps(rowsOf(effects), {
      d: new Map(evaluate.rows.map(({ id, d }) => [id, d])),
      clusters: new Map(rows.map(({ scores, aligned }) => [scores.id, aligned.key])),
      seed,
    })),
    heads,
    headRoles,
    correlations: finish(correlationSteps(featureRows(pairs, evaluate.rows, sentences), { seed })),
  };
}
