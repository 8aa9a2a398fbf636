/** Generated pairs, to measure how time and memory grow. */

import type { AlignedPair } from "../../../lib/study/rows/prepare.ts";

/**
 * Repeats pairs with other tokens after the negator, so that the copies of a pair are equal up to the negator and differ after
 * it.
 *
 * Within a copy, pairs have as long a common beginning as the originals.
 */
export function copyPairs(pairs: readonly AlignedPair[], copies: number): AlignedPair[] {
  const tokens = new Set(pairs.flatMap(({ affirmative }) => affirmative.ids));
  const ordered = [...tokens].sort((a, b) => a - b);
  const end = ordered.at(-1)!;
  const free = Array.from({ length: end }, (_, id) => id).filter((id) => !tokens.has(id));
  return Array.from({ length: copies }, (_, copy) =>
    pairs.map((pair): AlignedPair => {
      const change = (ids: readonly number[]) =>
        ids.map((id, position) =>
          copy === 0 || position <= pair.negator || position === ids.length - 1
            ? id
            : free[(ordered.indexOf(id) + (copy - 1) * ordered.length) % free.length]!
        );
      const [negated, affirmative] = [pair.negated, pair.affirmative]
        .map((sentence) => ({ ...sentence, ids: change(sentence.ids) }));
      return { ...pair, negated: negated!, affirmative: affirmative! };
    })).flat();
}
