/** S of every patched run of causal tracing, by row. */

import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../subject/embed.ts";
import type { EvaluateRow } from "../evaluate/evaluate.ts";
import type { KeptRows } from "../../subject/kept_rows.ts";
import type { AlignedPair } from "../../subject/prepare.ts";
import { sweep } from "../sweep/sweep.ts";
import { type Cell, type Site, siteHook, traceCells } from "../sweep/trace_cells.ts";

/** A row to trace. */
export interface TracedRow {
  /** The row's scores. */
  readonly scores: EvaluateRow;
  /** The row's sentence pair. */
  readonly pair: AlignedPair;
}

/** What to trace. */
export interface TraceOptions {
  /** Where in a block the patched activation stands. */
  readonly site: Site;
  /** Embeddings of the rows' images. */
  readonly images: Embeddings;
  /** Called after each batch with the number of patched runs done. */
  readonly progress?: Progress | undefined;
  /** S of a row's patched runs by its id, in the order layer, head, position: those that are known, and where new ones are kept. */
  readonly kept?: KeptRows | undefined;
}

/** The cells of a row, and what their runs score. */
export interface PatchedRow {
  /** All cells in the order layer, head, position. */
  readonly cells: readonly Cell[];
  /** S of the patched sentence and the row's image, of every cell of kind `run`. */
  readonly scores: ReadonlyMap<Cell, number>;
}

/**
 * Runs every cell that only a run can tell, once per distinct sentence pair, and scores it with each row's image.
 *
 * @param text The text tower.
 * @param rows The rows.
 * @param options The site, the images, and what happens as rows are done.
 * @returns The cells of each row.
 */
export async function patchedScores(
  text: TextTower,
  rows: readonly TracedRow[],
  { site, images, progress, kept }: TraceOptions,
): Promise<PatchedRow[]> {
  const { tower: { shape: { layers, heads } }, family: { causal, similarity } } = text;
  const rowsOfPair = Map.groupBy(rows.keys(), (row) => rows[row]!.pair);
  const cellsOf = new Map(
    [...rowsOfPair.keys()].map((pair) => [pair, traceCells(pair, { site, layers, heads, causal })]),
  );
  const toRun = (pair: AlignedPair) => cellsOf.get(pair)!.filter(({ kind }) => kind === "run");
  const patched = rows.map(({ scores, pair }) => {
    const [own, known] = [toRun(pair), kept?.get(scores.id)];
    return new Map<Cell, number>(
      known?.length === own.length ? own.map((cell, i) => [cell, known[i]!]) : [],
    );
  });
  const isFinished = (row: number) => patched[row]!.size === toRun(rows[row]!.pair).length;
  const unfinished = [...rowsOfPair].filter(([, own]) => !own.every(isFinished))
    .map(([pair]) => ({ pair, cells: cellsOf.get(pair)! }));
  const count = (pairs: Iterable<AlignedPair>) =>
    [...pairs].reduce((sum, pair) => sum + toRun(pair).length, 0);
  const total = count(rowsOfPair.keys());
  let done = total - count(unfinished.map(({ pair }) => pair));
  await text.tower.prepare([siteHook(site, layers)]);
  for await (const results of sweep(text, unfinished, site)) {
    const touched = new Set<number>();
    for (const { index, cell, embedding } of results) {
      for (const row of rowsOfPair.get(unfinished[index]!.pair)!) {
        const image = images.get(rows[row]!.scores.image)!;
        patched[row]!.set(cell, similarity.score(embedding, image));
        touched.add(row);
      }
    }
    for (const row of touched) {
      const { scores, pair } = rows[row]!;
      if (isFinished(row)) {
        await kept?.keep(scores.id, toRun(pair).map((cell) => patched[row]!.get(cell)!));
      }
    }
    progress?.(done += results.length, total);
  }
  return rows.map(({ pair }, row) => ({ cells: cellsOf.get(pair)!, scores: patched[row]! }));
}
