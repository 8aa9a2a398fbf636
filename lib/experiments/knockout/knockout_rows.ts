/** Every row scored without heads' attention to the negator, and without their attention to its twin. */

import type { AlignedPair } from "../../study/rows/prepare.ts";
import { type GroupResult, oncePerGroup } from "../../study/rows/once_per_group.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../study/embeddings/embed.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import type { KeptRows } from "../../study/rows/kept_rows.ts";
import { negatorOf, type SentenceWord, twinOf } from "./word.ts";
import { type HeadSet, headsOfSet } from "../head_set.ts";
import { knockOutHeads, type KnockoutOptions } from "./knockout.ts";
import { knockOutTogether } from "./together.ts";

/** The pairs whose embeddings are in memory at once: 25 MB in ViT-B/32 size. */
const PAIRS_AT_ONCE = 64;

/** Options of the knock-out, and what sentences are scored with. */
export interface KnockoutRowsOptions extends KnockoutOptions {
  /** The heads that are also knocked out together. @default {"all"} */
  readonly heads?: HeadSet;
  readonly images: Embeddings;
  /**
   * Holds the numbers of a row by its id: for the negator and then for its twin, S with each head knocked out, in the order layer,
   * head, and with the set; new values are added.
   */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of runs done. */
  readonly progress?: Progress | undefined;
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

/** Knocks out every head of every distinct sentence pair, and a set of heads together, and scores both sentences with each row's image. */
export async function knockOutScores(
  text: TextTower,
  rows: readonly ScoredPair[],
  { images, kept, progress, ...how }: KnockoutRowsOptions,
): Promise<KnockoutScores[]> {
  const { layers, heads } = text.tower.shape;
  const size = layers * heads + 1; // of a word: each head, and the set
  const numbers = await oncePerGroup(rows, {
    groupOf: ({ aligned }) => aligned,
    idOf: ({ scores }) => scores.id,
    sizeOf: (pair) => size * wordsOf(pair).length,
    run: (pairs) => runHeads(text, pairs, how),
    score: ({ scores }, embedding) =>
      text.family.similarity.score(embedding, images.get(scores.image)!),
    kept,
    progress,
  });
  return numbers.map((scores) => {
    const [negator, twin] = [0, size].map((from) => scores.slice(from, from + size)).map(
      wordScores,
    );
    return { negator: negator!, ...(scores.length > size && { twin: twin! }) };
  });
}

function wordScores(numbers: readonly number[]): WordScores {
  return { single: numbers.slice(0, -1), together: numbers.at(-1)! };
}

/** The words that are no longer attended to. */
function wordsOf(pair: AlignedPair): readonly SentenceWord[] {
  const twin = twinOf(pair);
  return twin === undefined ? [negatorOf(pair)] : [negatorOf(pair), twin];
}

/**
 * Runs some pairs; a result's place is its head's place in the order layer, head, or after all of these that of the set; the twin's
 * are last. Both words of a pair run in one part, so that an interrupted run loses no more than that.
 */
async function* runHeads(
  text: TextTower,
  pairs: readonly AlignedPair[],
  { heads: set = "all", ...how }: KnockoutOptions & { readonly heads?: HeadSet },
): AsyncGenerator<GroupResult[]> {
  const { shape } = text.tower;
  const size = shape.layers * shape.heads + 1;
  const heads = headsOfSet(set, shape);
  for (let first = 0; first < pairs.length; first += PAIRS_AT_ONCE) {
    const some = pairs.slice(first, first + PAIRS_AT_ONCE);
    const words = some.flatMap((pair, i) =>
      wordsOf(pair).map((word, place) => ({ ...word, pair: i, first: place * size }))
    );
    const results = some.map((): GroupResult[] => []);
    const add = (word: number, place: number, embedding: Float32Array) => {
      const { pair, first: before } = words[word]!;
      results[pair]!.push({ index: first + pair, place: before + place, embedding });
    };
    for await (const batch of knockOutTogether(text, words, { ...how, heads })) {
      for (const { index, embedding } of batch) add(index, size - 1, embedding);
    }
    for await (const batch of knockOutHeads(text, words, how)) {
      for (const { index, layer, head, embedding } of batch) {
        add(index, (layer - 1) * shape.heads + head - 1, embedding);
      }
    }
    yield* results;
  }
}
