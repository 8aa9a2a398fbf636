/** Rows without images: what a set of nodes brings about of the difference between the embeddings of the two sentences. */

import { type CircuitScores, NO_SEGMENT } from "./measured.ts";
import type { Pair } from "../../data/pairs.ts";
import { type Embeddings, embedSentences } from "../../study/embeddings.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import type { Study } from "../../study/study.ts";
import type { Unchanged } from "./faithfulness.ts";

/** A row as it is run. */
export interface DifferenceRow {
  readonly row: ScoredPair;
  /** S of the sentences with the difference of their embeddings in the place of an image's. */
  readonly unchanged: Omit<Unchanged, "sign">;
  /** The length of the difference, by which a cosine with it is multiplied. */
  readonly length: number;
}

/**
 * Takes the difference e_n - e_a of a row's sentences, both of unit length, for its image: S of a sentence is 100 <e, e_n - e_a>. With it the
 * faithfulness of a set C is sum <e_C - e_a, e_n - e_a> / sum |e_n - e_a|^2.
 */
export async function differenceRows(
  { text, rows, pairs }: Study,
): Promise<{ readonly images: Embeddings; readonly differences: readonly DifferenceRow[] }> {
  const embeddings = await embedSentences(text, pairs);
  const images = new Map<string, Float32Array>();
  const differences = rows.map(({ aligned }, row): DifferenceRow => {
    const [negated, affirmative] = [aligned.negated, aligned.affirmative].map(({ sentence }) =>
      embeddings.get(sentence)!
    ) as [Float32Array, Float32Array];
    const difference = negated.map((value, i) => value - affirmative[i]!);
    images.set(aligned.key, difference);
    const s = (vector: Float32Array) =>
      100 * vector.reduce((sum, value, i) => sum + value * difference[i]!, 0);
    const unchanged = { affirmative: s(affirmative), negated: s(negated) };
    const scores = { ...scoredByEmbedding(pairs[row]!, unchanged), image: aligned.key, tokens: 0 };
    return {
      row: { aligned, scores: { ...scores, segment: "correct" } },
      unchanged,
      length: Math.hypot(...difference),
    };
  });
  return { images, differences };
}

export function scoredByEmbedding(
  { id, image, negation, caption, foil }: Pair,
  { affirmative, negated }: Omit<Unchanged, "sign">,
): CircuitScores {
  const [s_caption, s_foil] = negation === "caption"
    ? [negated, affirmative]
    : [affirmative, negated];
  const d = s_caption - s_foil;
  return { id, image, negation, caption, foil, s_caption, s_foil, d, segment: NO_SEGMENT };
}
