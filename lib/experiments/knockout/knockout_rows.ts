/** The rows of knockout.csv: every row scored without each head's sight of the negator. */

import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings } from "../../subject/embed.ts";
import type { EvaluateRow } from "../evaluate/evaluate.ts";
import type { KeptRows } from "../../subject/kept_rows.ts";
import { knockOutHeads, type KnockoutOptions } from "./knockout.ts";
import type { KnockoutRow } from "./tables.ts";
import type { TracedRow } from "../trace/patched_scores.ts";

/** How to knock out, and what to score with. */
export interface KnockoutRowsOptions extends KnockoutOptions {
  /** Embeddings of the rows' images. */
  readonly images: Embeddings;
  /** S of a row's negated sentence by its id, in the order layer, head: those that are known, and where new ones are kept. */
  readonly kept?: KeptRows | undefined;
}

/**
 * Knocks out every head of every distinct sentence pair and scores it with each row's image.
 *
 * @param text The text tower.
 * @param rows The rows with their sentence pairs.
 * @param options How to knock out, the images, and what happens as rows are done.
 * @returns For each row its lines of knockout.csv, in the order layer, head.
 */
export async function knockOutRows(
  text: TextTower,
  rows: readonly TracedRow[],
  { images, kept, progress, ...how }: KnockoutRowsOptions,
): Promise<KnockoutRow[][]> {
  const { layers, heads } = text.tower.shape;
  const scores = rows.map(({ scores: { id } }) => {
    const known = kept?.get(id);
    return known?.length === layers * heads ? known : undefined;
  });
  const rowsOfPair = Map.groupBy(rows.keys(), (row) => rows[row]!.pair);
  const unfinished = [...rowsOfPair.keys()].filter((pair) =>
    rowsOfPair.get(pair)!.some((row) => scores[row] === undefined)
  );
  const finished = rowsOfPair.size - unfinished.length;
  const batches = knockOutHeads(text, unfinished, {
    ...how,
    progress: (done) => progress?.(finished + done, rowsOfPair.size),
  });
  for await (const batch of batches) {
    for (const [index, results] of Map.groupBy(batch, ({ index }) => index)) {
      for (const row of rowsOfPair.get(unfinished[index]!)!) {
        const { id, image } = rows[row]!.scores;
        const own = results.map(({ embedding }) =>
          text.family.similarity.score(embedding, images.get(image)!)
        );
        scores[row] = own;
        await kept?.keep(id, own);
      }
    }
  }
  return rows.map((row, i) =>
    scores[i]!.map((score, place) =>
      knockoutRow(row.scores, score, {
        layer: Math.floor(place / heads) + 1,
        head: place % heads + 1,
      })
    )
  );
}

function knockoutRow(
  scores: EvaluateRow,
  knockedOut: number,
  { layer, head }: { readonly layer: number; readonly head: number },
): KnockoutRow {
  const { id, negation, segment, d } = scores;
  const isCaption = negation === "caption";
  return {
    ...{ id, negation, segment, layer, head },
    s_negated: isCaption ? scores.s_caption : scores.s_foil,
    s_knocked_out: knockedOut,
    d,
    d_knocked_out: isCaption ? knockedOut - scores.s_foil : scores.s_caption - knockedOut,
  };
}
