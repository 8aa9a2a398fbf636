/** The two words that a sentence pair differs in: the negator, and the word in its place in the affirmative sentence. */

import type { AlignedPair, TokenizedSentence } from "../../study/rows/prepare.ts";

export interface SentenceWord {
  readonly sentence: TokenizedSentence;
  readonly position: number;
}

/** The negator in the negated sentence. */
export function negatorOf(
  { negated, negator }: Pick<AlignedPair, "negated" | "negator">,
): SentenceWord {
  return { sentence: negated, position: negator };
}

/**
 * The negator's twin in the affirmative sentence, such as `a` or `some`. Undefined if the negator has none, as in "no people" beside
 * "people".
 */
export function twinOf({ affirmative, alignment, negator }: AlignedPair): SentenceWord | undefined {
  const position = alignment[negator];
  return position === undefined ? undefined : { sentence: affirmative, position };
}
