/** The frame of a negated sentence: its wording, without what it is about. */

import { NEGATING_WORDS } from "./negation.ts";
import { DETERMINERS, nounPhraseLength } from "./subject_noun.ts";
import { MARKS } from "./subject_phrase.ts";
import { wordsOf } from "./words.ts";

const SLOT = "…";

/** Words that begin the phrase of something that is not known yet: "a green circle", "three red circles". */
const INDEFINITE =
  "a an some any another several many one two three four five six seven eight nine ten".split(" ");

/** Words that may stand between a negator and the rest of its phrase. */
const FIRST = [...DETERMINERS, ...INDEFINITE];

/** Names of the picture itself, which belong to the wording: "a picture of …". */
const PICTURES = "picture photo photograph image scene view drawing painting illustration"
  .split(" ");

/** The singulars of forms of "be", whose number follows that of the phrase. */
const SINGULARS: ReadonlyMap<string, string> = new Map([
  ["are", "is"],
  ["were", "was"],
  ["aren't", "isn't"],
  ["weren't", "wasn't"],
]);

/**
 * The frame of a negated sentence, in lower case and the singular: "there is no … in the photo" of "There are no people in the photo.".
 *
 * Left out is the phrase after each negator, and each phrase that begins with an indefinite determiner or a number, unless it names the
 * picture itself. Phrases end as in {@linkcode subjectNoun}, without a grammar, so that free prose has nearly as many frames as sentences.
 */
export function frameOf(sentence: string): string {
  const spelled = wordsOf(sentence);
  const words = spelled.map((word) =>
    word.toLowerCase().replaceAll("’", "'").replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")
  );
  const frame: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const negates = NEGATING_WORDS.includes(word) || word.endsWith("n't");
    const begins = INDEFINITE.includes(word) || /^\d+$/u.test(word);
    if (!begins) frame.push(SINGULARS.get(word) ?? word);
    if (!negates && !begins) continue;
    const end = phraseEnd(i, { spelled, words });
    const isPicture = begins && PICTURES.includes(words[i + 1] ?? "");
    if (end === i || isPicture) {
      if (begins) frame.push(word);
    } else {
      frame.push(SLOT);
      i = end;
    }
  }
  return frame.filter((word) => word !== "").join(" ");
}

/** The place of the last word of the phrase after a word; that of the word itself if there is none. */
function phraseEnd(
  before: number,
  { spelled, words }: { readonly spelled: readonly string[]; readonly words: readonly string[] },
): number {
  const mark = spelled.findIndex((word, i) => i >= before && MARKS.test(word));
  const last = mark < 0 ? words.length : mark + 1;
  let start = before + 1;
  while (start < last && FIRST.includes(words[start]!)) start++;
  const length = start >= last ? 0 : nounPhraseLength(words.slice(start, last));
  return length === 0 ? before : start + length - 1;
}
