/** Causal tracing: how much of d a single activation of the negated sentence restores (Quantmeyer et al. 2024, section 4). */

import { type EffectRow, tracedEffects, type TracedRow } from "./effects.ts";
import { sweep } from "../sweep/sweep.ts";
import type { SweepPair } from "../sweep/general_sweep.ts";
import { type GroupResult, oncePerGroup } from "../../subject/once_per_group.ts";
import type { KeptRows } from "../../subject/kept_rows.ts";
import type { Embeddings, Progress } from "../../subject/embeddings/embed.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Table } from "../../tables/table.ts";
import type { EvaluateRow, ScoredPair } from "../../subject/score_rows.ts";
import {
  type Cell,
  type PairCells,
  sharedCells,
  type Site,
  siteHook,
} from "../sweep/trace_cells.ts";

/** What to trace. */
export interface TraceOptions {
  /** The activation of a block that is patched. */
  readonly site: Site;
  /** Embeddings of the rows' images. */
  readonly images: Embeddings;
  /** Called after each batch with the number of patched runs done. */
  readonly progress?: Progress | undefined;
  /** Holds, by a row's id, S of its patched runs, in the order layer, head, position; new values are added. */
  readonly kept?: KeptRows | undefined;
}

/**
 * Traces every row at every layer and position.
 *
 * Each distinct sentence pair runs once. Effects that the method fixes are exact: 0 if the patch changes nothing, d if it changes
 * everything.
 *
 * @param text The text tower.
 * @param rows The rows.
 * @param options The site, the images, and where results and progress go.
 * @returns effects.csv in the order row, layer, head, position.
 */
export async function traceRows(
  text: TextTower,
  rows: readonly ScoredPair[],
  options: TraceOptions,
): Promise<Table<EffectRow>> {
  const traced = await measureEffects(text, rows, options);
  return tracedEffects(
    rows.map(({ scores }, row) => ({ scores, traced: traced[row]! })),
    options.site,
  );
}

/**
 * Measures the effects of every row as {@linkcode traceRows} does, in a form that takes little memory.
 *
 * @param text The text tower.
 * @param rows The rows.
 * @param options The site, the images, and where results and progress go.
 * @returns The effects of each row, in the order of the rows.
 */
export async function measureEffects(
  text: TextTower,
  rows: readonly ScoredPair[],
  { site, images, kept, progress }: TraceOptions,
): Promise<TracedRow[]> {
  const { tower: { shape: { layers, heads } }, family: { causal, similarity } } = text;
  await text.tower.prepare([siteHook(site, layers)]);
  const cellsOf = sharedCells({ site, layers, heads, causal });
  const patched = await oncePerGroup(rows, {
    groupOf: ({ aligned }) => aligned,
    idOf: ({ scores }) => scores.id,
    sizeOf: (pair) => cellsOf(pair).toRun.length,
    run: (pairs) => runCells(text, pairs.map((pair) => ({ pair, ...cellsOf(pair) })), site),
    score: ({ scores }, embedding) => similarity.score(embedding, images.get(scores.image)!),
    kept,
    progress,
  });
  return rows.map(({ scores, aligned }, row): TracedRow => {
    const { cells, place } = cellsOf(aligned);
    const own = patched[row]!;
    patched[row] = []; // in memory only once, as effects
    return {
      ...{ roles: aligned.roles, tokens: aligned.negated.tokens, heads: site === "z" ? heads : 1 },
      effects: cells.map((cell) => effectOf(cell, scores, own[place.get(cell) ?? -1])),
    };
  });
}

/** Runs the cells of some pairs; a result's place is its cell's place among the cells to run. */
async function* runCells(
  text: TextTower,
  pairs: readonly (SweepPair & PairCells)[],
  site: Site,
): AsyncGenerator<GroupResult[]> {
  for await (const results of sweep(text, pairs, site)) {
    yield results.map(({ index, cell, embedding }) => (
      { index, place: pairs[index]!.place.get(cell)!, embedding }
    ));
  }
}

/** d* of a cell: S(patched) - S(foil) if the caption is negated, S(caption) - S(patched) if the foil is. */
function effectOf(
  cell: Cell,
  scores: EvaluateRow,
  patched: number | undefined,
): number | null {
  switch (cell.kind) {
    case "none":
      return null;
    case "zero":
      return 0;
    case "full":
      return scores.d;
    case "run":
      return scores.negation === "caption" ? patched! - scores.s_foil : scores.s_caption - patched!;
  }
}
