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
  { images, kept, progress, ...how }: KnockoutRowsOptions,
): Promise<KnockoutRow[][]> {
  const { layers, heads } = text.tower.shape;
  const scores = await oncePerGroup(rows, {
    groupOf: ({ aligned }) => aligned,
    idOf: ({ scores }) => scores.id,
    sizeOf: () => layers * heads,
    run: (pairs) => runHeads(text, pairs, how),
    score: ({ scores }, embedding) =>
      text.family.similarity.score(embedding, images.get(scores.image)!),
    kept,
    progress,
  });
  return rows.map((row, i) =>
    scores[i]!.map((score, place) =>
      knockoutRow(row.scores, score, {
        layer: Math.floor(place / heads) + 1,
        head: place % heads + 1,
      })
    )
  );
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
