/** A model at a glance: scores, where the effect is largest, the heads that attend to the negator, and whether larger subjects are easier. */

import type { Clip } from "../model/clip.ts";
import type { Pair } from "../data/pairs.ts";
import type { Table } from "../tables/table.ts";
import { attendPairs } from "../experiments/attend/attend.ts";
import { attentionTables, type HeadRoleRow, type HeadRow } from "../experiments/attend/tables.ts";
import { correlateFeatures, type CorrelationRow } from "../experiments/correlate/correlate.ts";
import type { ImageReader } from "../subject/embed.ts";
import type { EvaluateRow } from "../subject/score_rows.ts";
import { summarize, type SummaryRow } from "../experiments/evaluate/summary.ts";
import { featureRows } from "../experiments/correlate/features.ts";
import { scorePairs } from "../subject/score_pairs.ts";
import { traceRows } from "../experiments/trace/trace.ts";
import type { EffectRow } from "../experiments/trace/effects.ts";
import { summarizeTrace, type TraceRow } from "../experiments/trace/trace_summary.ts";

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

/**
 * Measures a model on rephrased pairs.
 *
 * @param clip The model.
 * @param pairs The rows.
 * @param options Where the images come from, and the seed for intervals and permutations.
 */
export async function profileModel(
  clip: Clip,
  pairs: readonly Pair[],
  { read, seed }: { readonly read: ImageReader; readonly seed: number },
): Promise<Profile> {
  const scored = await scorePairs(clip, pairs, { protocol: "rephrased", read });
  const { distinct, indexOfRow, images, sentences, evaluate, rows } = scored;
  const effects = await traceRows(clip.text, rows, { site: "resid", images });
  const attended = await attendPairs(clip.text, distinct);
  const attending = rows.map(({ scores: { id, negation, d }, pair }, row) => (
    { id, negation, d, pair, heads: attended[indexOfRow[row]!]! }
  ));
  const { heads, headRoles } = attentionTables(attending, { seed });
  return {
    evaluate,
    summary: summarize(pairs, evaluate.rows, { seed }),
    effects,
    trace: summarizeTrace(effects.rows, {
      d: new Map(evaluate.rows.map(({ id, d }) => [id, d])),
      clusters: new Map(rows.map(({ scores, pair }) => [scores.id, pair.key])),
      seed,
    }),
    heads,
    headRoles,
    correlations: correlateFeatures(featureRows(pairs, evaluate.rows, sentences), { seed }),
  };
}
