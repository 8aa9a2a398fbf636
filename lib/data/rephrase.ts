/** The rephrased protocol (method, section 1), under which both sentences of a pair have equally many tokens. */

import { differingWords } from "./words.ts";
import { affirmativeSentence, negatedSentence, type Pair } from "./pairs.ts";

const NEGATED_START = /^There (?:is|are) no /;
const REPHRASED_WORD = 2; // the third: "no" in one sentence, "a" or "some" in the other

/**
 * Rephrases a pair: "There are X" becomes "There are some X", "There is a X" stays. It is kept if its negated sentence starts with
 * "There is no" or "There are no" and the two sentences then differ in exactly one word, the third. Returns the pair, or why it is left out.
 */
export function rephrase(pair: Pair): Pair | string {
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
