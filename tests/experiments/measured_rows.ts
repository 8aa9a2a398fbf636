/** What experiments measure, at once and as the lines of their tables. */

import { attendBatches, type HeadDifferences } from "../../lib/experiments/attend/attend.ts";
import { type EffectRow, tracedEffects } from "../../lib/experiments/trace/tables.ts";
import { measureEffects, type TraceOptions } from "../../lib/experiments/trace/trace.ts";
import type { RunOptions } from "../../lib/engine/run/hooked_run.ts";
import type { TextTower } from "../../lib/model/text/text_tower.ts";
import type { Progress } from "../../lib/study/embeddings.ts";
import type { AlignedPair } from "../../lib/study/rows/prepare.ts";
import type { ScoredPair } from "../../lib/study/rows/score_rows.ts";
import type { Table } from "../../lib/tables/table.ts";

/** effects.csv of rows. */
export async function traceRows(
  text: TextTower,
  rows: readonly ScoredPair[],
  options: TraceOptions,
): Promise<Table<EffectRow>> {
  const traced = await measureEffects(text, rows, options);
  return tracedEffects(
    rows.map(({ scores }, row) => ({ scores, traced: traced[row]!, cluster: scores.id })),
    options.site,
  );
}

/** The heads of each pair, in the order layer, head. */
export async function attendPairs(
  text: TextTower,
  pairs: readonly AlignedPair[],
  { progress, ...changes }: RunOptions & { readonly progress?: Progress } = {},
): Promise<HeadDifferences[][]> {
  const results: HeadDifferences[][] = [];
  for await (const batch of attendBatches(text, pairs, changes)) {
    results.push(...batch.map(({ heads }) => heads));
    progress?.(results.length, pairs.length);
  }
  return results;
}
