/** The split of every row's d: each sentence pair runs once, and its rows are kept immediately. */

import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../subject/embeddings/embed.ts";
import type { KeptRows } from "../../subject/kept_rows.ts";
import type { ScoredPair } from "../../subject/score_rows.ts";
import { attributeRow, type RowAttribution } from "./attribute.ts";
import { lastHops } from "./last_hop.ts";
import { type ImageReadout, readImage, type ReadoutWeights } from "./readout.ts";

/** What rows are split with, and where results and progress go. */
export interface AttributeRowsOptions {
  /** The weights between the parts and the score. */
  readonly weights: ReadoutWeights;
  /** Embeddings of the rows' images. */
  readonly images: Embeddings;
  /** Known numbers by row id: heads, MLPs, norm, sources, as in {@linkcode RowAttribution}; new ones are added. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of rows done. */
  readonly progress?: Progress | undefined;
}

/**
 * Splits d of every row.
 *
 * @param text The text tower.
 * @param rows The rows, minimal pairs all of them.
 * @param options What they are split with, and where results and progress go.
 * @returns The parts of each row, in the order of the rows.
 * @throws {NegscopeError} If a hook point cannot be reached.
 */
export async function attributeRows(
  text: TextTower,
  rows: readonly ScoredPair[],
  { weights, images, kept, progress }: AttributeRowsOptions,
): Promise<RowAttribution[]> {
  const sizes = text.tower.shape;
  const found = rows.map(({ scores: { id }, aligned }) =>
    readKept(kept?.get(id), { ...sizes, positions: aligned.negated.ids.length })
  );
  const unfinished = [...rows.keys()].filter((row) => found[row] === undefined);
  const rowsOfPair = Map.groupBy(unfinished, (row) => rows[row]!.aligned);
  let done = rows.length - unfinished.length;
  for await (const batch of lastHops(text, [...rowsOfPair.keys()])) {
    const readouts = new Map<string, ImageReadout>(); // of the batch: those of all images would take 50 kB each
    for (const hops of batch) {
      for (const row of rowsOfPair.get(hops.pair)!) {
        const { id, image, negation } = rows[row]!.scores;
        const readout = readouts.get(image) ?? readImage(weights, images.get(image)!);
        readouts.set(image, readout);
        const own = attributeRow(weights, hops, readout, negation);
        found[row] = own;
        await kept?.keep(id, [...own.heads, ...own.mlps, own.norm, ...own.sources]);
        progress?.(done += 1, rows.length);
      }
    }
  }
  return found.map((own) => own!);
}

/** The parts in kept numbers; undefined if their count does not fit the row. */
function readKept(
  values: readonly number[] | undefined,
  { layers, heads, positions }: {
    readonly layers: number;
    readonly heads: number;
    readonly positions: number;
  },
): RowAttribution | undefined {
  const [afterHeads, norm] = [layers * heads, layers * heads + layers];
  if (values?.length !== norm + 1 + layers * heads * positions) return undefined;
  return {
    heads: values.slice(0, afterHeads),
    mlps: values.slice(afterHeads, norm),
    norm: values[norm]!,
    sources: values.slice(norm + 1),
  };
}
