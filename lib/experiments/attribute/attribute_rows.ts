/** The split of every row's d: each sentence pair runs once, and its rows are kept immediately. */

import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../subject/embeddings/embed.ts";
import type { KeptRows } from "../../subject/kept_rows.ts";
import type { ScoredPair } from "../../subject/score_rows.ts";
import { attributeRow, type RowAttribution } from "./attribute.ts";
import { lastHops } from "./last_hop.ts";
import { readImages, type ReadoutWeights, sentenceScale } from "./readout.ts";

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
    const own = batch.map(({ pair }) => rowsOfPair.get(pair)!);
    const names = [...new Set(own.flat().map((row) => rows[row]!.scores.image))];
    const read = readImages(weights, names.map((name) => images.get(name)!)); // 50 kB each in ViT-B/32 size
    const readouts = new Map(names.map((name, i) => [name, read[i]!]));
    for (const [i, hops] of batch.entries()) {
      const [negated, affirmative] = [hops.negated, hops.affirmative]
        .map((hop) => ({ hop, scale: sentenceScale(weights, hop.last) }));
      for (const row of own[i]!) {
        const { id, image, negation } = rows[row]!.scores;
        const [caption, foil] = negation === "caption"
          ? [negated, affirmative]
          : [affirmative, negated];
        const parts = attributeRow(caption!, foil!, readouts.get(image)!);
        found[row] = parts;
        await kept?.keep(id, [...parts.heads, ...parts.mlps, parts.norm, ...parts.sources]);
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
