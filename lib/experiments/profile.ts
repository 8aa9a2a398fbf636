/** A model at a glance: scores, where the effect sits, the heads that look at the negator, and whether larger subjects are easier. */

import type { Clip } from "../clip/clip.ts";
import type { Pair } from "../data/pairs.ts";
import type { Table } from "../data/table.ts";
import { attendPairs } from "./attend.ts";
import { attentionTables, type HeadRow } from "./attend_tables.ts";
import { correlateFeatures, type CorrelationRow, featureRows } from "./correlate.ts";
import { embedImages, embedSentences, type ImageReader } from "./embed.ts";
import { evaluatePairs, summarize, type SummaryRow } from "./evaluate.ts";
import { preparePairs } from "./prepare.ts";
import { type EffectRow, traceRows } from "./trace.ts";
import { summarizeTrace, type TraceRow } from "./trace_summary.ts";

/** What {@linkcode profileModel} measures. */
export interface Profile {
  /** summary.csv */
  readonly summary: Table<SummaryRow>;
  /** effects.csv of all rows */
  readonly effects: Table<EffectRow>;
  /** trace.csv of all rows */
  readonly trace: Table<TraceRow>;
  /** heads.csv */
  readonly heads: Table<HeadRow>;
  /** correlations.csv */
  readonly correlations: Table<CorrelationRow>;
}

/**
 * Measures a model on rephrased pairs.
 *
 * @param clip The model.
 * @param pairs The rows.
 * @param options Where the images come from, and the seed of intervals and permutations.
 */
export async function profileModel(
  clip: Clip,
  pairs: readonly Pair[],
  { read, seed }: { readonly read: ImageReader; readonly seed: number },
): Promise<Profile> {
  const { distinct, indexOfRow } = preparePairs(clip.text, pairs, { protocol: "rephrased" });
  const images = await embedImages(clip.image, pairs, { read });
  const sentences = await embedSentences(clip.text, pairs);
  const evaluate = evaluatePairs(clip.text, pairs, { sentences, images });
  const rows = evaluate.rows.map((scores, row) => ({ scores, pair: distinct[indexOfRow[row]!]! }));
  const effects = await traceRows(clip.text, rows, { site: "resid", images });
  const attended = await attendPairs(clip.text, distinct);
  const heads = rows.map(({ scores: { id, negation, d }, pair }, row) => (
    { id, negation, d, pair, heads: attended[indexOfRow[row]!]! }
  ));
  return {
    summary: summarize(pairs, evaluate.rows, { seed }),
    effects,
    trace: summarizeTrace(effects.rows, {
      d: new Map(evaluate.rows.map(({ id, d }) => [id, d])),
      clusters: new Map(rows.map(({ scores, pair }) => [scores.id, pair.key])),
      seed,
    }),
    heads: attentionTables(heads, { seed }).heads,
    correlations: correlateFeatures(featureRows(pairs, evaluate.rows, sentences), { seed }),
  };
}
