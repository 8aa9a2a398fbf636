/** Every row scored without heads' attention to the negator, and without their attention to its twin. */

import type { TextTower } from "../../model/text/text_tower.ts";
import { type GroupResult, oncePerPair, type PairedRuns } from "../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import { type HeadSet, headsOfSet } from "../head_set.ts";
import { inParts, placedFrom } from "../nodes/pair_runs.ts";
import {
  knockOutHeads,
  type KnockoutOptions,
  knockOutTogether,
  negatorOf,
  type SentenceWord,
  twinOf,
} from "./knockout.ts";

/** The pairs whose embeddings are in memory at once: 25 MB in ViT-B/32 size. */
const PAIRS_AT_ONCE = 64;

export interface KnockoutRowsOptions
  extends KnockoutOptions, Pick<PairedRuns, "images" | "kept" | "progress"> {
  /** The heads that are also knocked out together. @default {"all"} */
  readonly heads?: HeadSet;
}

/** S of a sentence without heads' attention to one of its words. */
export interface WordScores {
  /** With each head knocked out, in the order layer, head. */
  readonly single: readonly number[];
  /** With the heads of the set knocked out together. */
  readonly together: number;
}

/** The scores of a row with heads knocked out. */
export interface KnockoutScores {
  /** S of the negated sentence without attention to the negator. */
  readonly negator: WordScores;
  /** S of the affirmative sentence without attention to the negator's twin; absent if it has none. */
  readonly twin?: WordScores;
}

/**
 * Knocks out every head of every distinct sentence pair, and a set of heads together, and scores both sentences with each row's image. Kept
 * of a row are, for the negator and then for its twin, S with each head knocked out, in the order layer, head, and S with the set.
 */
export async function knockOutScores(
  text: TextTower,
  rows: readonly ScoredPair[],
  { images, kept, progress, heads: set = "all", ...how }: KnockoutRowsOptions,
): Promise<KnockoutScores[]> {
  const { layers, heads } = text.tower.shape;
  const size = layers * heads + 1; // of a word: each head, and the set
  const together = headsOfSet(set, text.tower.shape);
  const numbers = await oncePerPair(rows, {
    ...{ text, images, kept, progress },
    sizeOf: (pair) => size * wordsOf(pair).length,
    run: (pairs) =>
      inParts(pairs, PAIRS_AT_ONCE, async function* (part) {
        const words = part.flatMap((pair, index) =>
          wordsOf(pair).map((word, i) => ({ ...word, index, first: i * size }))
        );
        const ofPair = ({ index: word, place, embedding }: GroupResult): GroupResult => {
          const { index, first } = words[word]!;
          return { index, place: first + place, embedding };
        };
        const ofSet = knockOutTogether(text, words, { ...how, heads: together });
        for await (const results of placedFrom(size - 1, ofSet)) yield results.map(ofPair);
        for await (const results of knockOutHeads(text, words, how)) yield results.map(ofPair);
      }),
  });
  const ofWord = (scores: readonly number[]): WordScores => (
    { single: scores.slice(0, size - 1), together: scores[size - 1]! }
  );
  return numbers.map((scores) => ({
    negator: ofWord(scores),
    ...(scores.length > size && { twin: ofWord(scores.slice(size)) }),
  }));
}

/** The words that are no longer attended to. */
function wordsOf(pair: AlignedPair): readonly SentenceWord[] {
  const twin = twinOf(pair);
  return twin === undefined ? [negatorOf(pair)] : [negatorOf(pair), twin];
}
