/** The rows of knockout.csv: every row scored without each head's attention to the negator. */

import type { AlignedPair } from "../../subject/prepare.ts";
import { type GroupResult, oncePerGroup } from "../../subject/once_per_group.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../subject/embeddings/embed.ts";
import type { EvaluateRow, ScoredPair } from "../../subject/score_rows.ts";
import type { KeptRows } from "../../subject/kept_rows.ts";
import { knockOutHeads, type KnockoutOptions } from "./knockout.ts";
import type { KnockoutRow } from "./tables.ts";

/** Options of the knock-out, and what sentences are scored with. */
export interface KnockoutRowsOptions extends KnockoutOptions {
  /** Embeddings of the rows' images. */
  readonly images: Embeddings;
  /** Holds, by a row's id, S of its negated sentence with each head knocked out, in the order layer, head; new values are added. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of runs done. */
  readonly progress?: Progress | undefined;
}

/**
 * Knocks out every head of every distinct sentence pair and scores it with each row's image.
 *
 * @param text The text tower.
 * @param rows The rows with their sentence pairs.
 * @param options Options of the knock-out, the images, and where results and progress go.
 * @returns For each row its lines of knockout.csv, in the order layer, head.
 */
export async function knockOutRows(
  text: TextTower,
  rows: readonly ScoredPair[],
  options: KnockoutRowsOptions,
): Promise<KnockoutRow[][]> {
  const { heads } = text.tower.shape;
  const knockedOut = await knockOutScores(text, rows, options);
  return rows.map(({ scores }, row) =>
    knockedOut[row]!.map((_, place) => knockoutRow(scores, knockedOut[row]!, { place, heads }))
  );
}

/**
 * Knocks out heads as {@linkcode knockOutRows} does, and gives only scores.
 *
 * @param text The text tower.
 * @param rows The rows with their sentence pairs.
 * @param options Options of the knock-out, the images, and where results and progress go.
 * @returns For each row S of its negated sentence with each head knocked out, in the order layer, head.
 */
export async function knockOutScores(
  text: TextTower,
  rows: readonly ScoredPair[],
  { images, kept, progress, ...how }: KnockoutRowsOptions,
): Promise<(readonly number[])[]> {
  const { layers, heads } = text.tower.shape;
  return await oncePerGroup(rows, {
    groupOf: ({ aligned }) => aligned,
    idOf: ({ scores }) => scores.id,
    sizeOf: () => layers * heads,
    run: (pairs) => runHeads(text, pairs, how),
    score: ({ scores }, embedding) =>
      text.family.similarity.score(embedding, images.get(scores.image)!),
    kept,
    progress,
  });
}

/** Knocks out the heads of some pairs; a result's place is its head's place in the order layer, head. */
async function* runHeads(
  text: TextTower,
  pairs: readonly AlignedPair[],
  how: KnockoutOptions,
): AsyncGenerator<GroupResult[]> {
  const { heads } = text.tower.shape;
  for await (const results of knockOutHeads(text, pairs, how)) {
    yield results.map(({ index, layer, head, embedding }) => (
      { index, place: (layer - 1) * heads + head - 1, embedding }
    ));
  }
}

/**
 * A line of knockout.csv.
 *
 * @param scores The row's scores.
 * @param knockedOut S with each head knocked out, in the order layer, head.
 * @param options The head's place in this order, and the number of heads of a block.
 */
export function knockoutRow(
  scores: EvaluateRow,
  knockedOut: readonly number[],
  { place, heads }: { readonly place: number; readonly heads: number },
): KnockoutRow {
  const { id, negation, segment, d } = scores;
  const isCaption = negation === "caption";
  const s = knockedOut[place]!;
  return {
    ...{ id, negation, segment },
    ...{ layer: Math.floor(place / heads) + 1, head: place % heads + 1 },
    s_negated: isCaption ? scores.s_caption : scores.s_foil,
    s_knocked_out: s,
    d,
    d_knocked_out: isCaption ? s - scores.s_foil : scores.s_caption - s,
  };
}
