/** The noun phrase that an affirmative sentence is about, found from the words alone. */

import { DETERMINERS, nounPhraseLength } from "./subject_noun.ts";
import { wordsOf } from "./words.ts";

/** The beginning of a sentence about what there is, which is no part of the phrase. */
const FRAME = /^\s*there(?:\s+(?:is|are)\b|['’]s\b)/iu;

/** Words that may stand before the words of a phrase and belong to it. */
const FIRST = [...DETERMINERS, "some", "any"];

/** The marks at the end of a word that end the phrase with it. */
export const MARKS = /[.,;:!?]+$/u;

/**
 * The first noun phrase of an affirmative sentence with its determiner: "some cars" of "There are some cars parked in the street.".
 *
 * "There is" or "There are" at the beginning is left out. The phrase ends with a word that has a punctuation mark behind it, or before a
 * word that ends a noun phrase, by the lists of `subject_noun.ts`. No grammar is consulted; docs/segmentation.md compares the phrases of
 * VALSE with those of a tagger. Returns the phrase as it is spelled; undefined if there is nothing but a determiner.
 */
export function subjectPhrase(sentence: string): string | undefined {
  const spelled = wordsOf(sentence.replace(FRAME, ""));
  const stop = spelled.findIndex((word) => MARKS.test(word));
  const words = (stop < 0 ? spelled : spelled.slice(0, stop + 1))
    .map((word) => word.replace(MARKS, "")).filter((word) => word !== "");
  const lower = words.map((word) => word.toLowerCase());
  const start = lower.findIndex((word) => !FIRST.includes(word));
  const length = start < 0 ? 0 : nounPhraseLength(lower.slice(start));
  return length === 0 ? undefined : words.slice(0, start + length).join(" ");
}
