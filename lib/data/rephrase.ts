/** The rephrased protocol (method, section 1), under which both sentences of a pair have equally many tokens. */

import { differingWords } from "./words.ts";
import { affirmativeSentence, type Dropped, negatedSentence, type Pair } from "./pairs.ts";

const NEGATED_START = /^There (?:is|are) no /;
const REPHRASED_WORD = 2; // the third: "no" in one sentence, "a" or "some" in the other

/** Why {@linkcode rephrase} leaves a pair out. */
export type RephraseDropReason =
  | 'negated sentence does not start with "There is no" or "There are no"'
  | "sentences do not differ in the third word alone";

export interface RephrasedPairs {
  readonly pairs: readonly Pair[];
  readonly dropped: readonly (Dropped & { readonly reason: RephraseDropReason })[];
}

/**
 * Rephrases pairs: "There are X" becomes "There are some X", "There is a X" stays. A pair is kept if its negated sentence starts with
 * "There is no" or "There are no" and the two sentences then differ in exactly one word, the third. Returns the kept pairs, and the others
 * with the reason, both in the order of the input.
 */
export function rephrase(pairs: readonly Pair[]): RephrasedPairs {
  const kept: Pair[] = [];
  const dropped: (Dropped & { readonly reason: RephraseDropReason })[] = [];
  for (const pair of pairs) {
    const found = rephrasePair(pair);
    if (typeof found === "string") dropped.push({ id: pair.id, reason: found });
    else kept.push(found);
  }
  return { pairs: kept, dropped };
}

function rephrasePair(pair: Pair): Pair | RephraseDropReason {
  const negated = negatedSentence(pair);
  if (!NEGATED_START.test(negated)) {
    return 'negated sentence does not start with "There is no" or "There are no"';
  }
  const affirmative = affirmativeSentence(pair).replace(/^There are (?!some )/, "There are some ");
  const places = differingWords(negated, affirmative);
  if (places?.length !== 1 || places[0] !== REPHRASED_WORD) {
    return "sentences do not differ in the third word alone";
  }
  return pair.negation === "caption"
    ? { ...pair, foil: affirmative }
    : { ...pair, caption: affirmative };
}
