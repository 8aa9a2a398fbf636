/** What a negated sentence says is not there: the head noun after its negator, found from the words alone. */

import { NEGATING_WORDS } from "./negation.ts";
import { singular } from "./singular.ts";
import { wordsOf } from "./words.ts";

/** Words that may stand between the negator and the noun's own phrase: "not a dog", "isn't any of the dogs". */
const BEFORE = ["a", "an", "any", "the", "of", "his", "her", "its", "their", "there", "is", "are"];

/**
 * Words that end a noun phrase: prepositions, conjunctions, relative words, forms of "be" and "have", adverbs, and what describes a picture.
 */
const AFTER =
  "about above across after against along among and around as at background be before behind being below beneath beside between but by can clearly depicted down during for from had has have here if in inside into is are was were like near next of off on onto or out outside over past present seen shown pictured visible that there this through to toward under underneath until up upon which while who whose with within without appear appears wear wears"
    .split(" ");

/** Words in -ing and -ed that are nouns and no participles. */
const NOUNS =
  ("ceiling clothing sling string thing wing king earring lightning awning icing pudding wedding morning evening swing spring sibling " +
    "duckling gosling seedling sapling dumpling fledgling yearling inkling sterling darling herring starling railing topping " +
    "moped seaweed hundred steed breed flatbed sunbed seabed bobsled toolshed").split(" ");

/** Words in -ing and -ed that are nouns or participles, depending on what stands beside them. */
const NOUNS_OR_PARTICIPLES =
  "building painting crossing drawing landing opening covering dressing filling marking lighting parking carving wrapping seating siding flooring"
    .split(" ");

/** Adjectives of pictures: what follows one is no participle of a noun. */
const ADJECTIVES =
  "red blue green yellow orange black white brown pink purple gray grey golden silver dark bright big small large little tiny huge tall short long old new young round square wooden metal plastic empty wet dry other different single"
    .split(" ");

/** Words that begin a noun phrase, so that a word in -ing before them is a participle with an object. */
export const DETERMINERS: readonly string[] =
  "a an the this that these those his her its their my your our each"
    .split(" ");

/** Singular words for persons, who do what a participle after them says. */
const PERSONS = "person man woman child boy girl kid guy one lady player rider".split(" ");

/**
 * The subject noun of a negated sentence, in lower case and the singular: "person" of "There are no people in the photo.".
 *
 * The words after the first negator ("no", "not", "n't" …) are read, without articles and possessives at their beginning, up to a word that
 * ends a noun phrase: a preposition, a conjunction, a form of "be" or "have", "visible", "shown" and their like, or, from the second word
 * on, a participle in -ing or -ed. A word in -ing or -ed is no participle if it is a known noun ("duckling") or follows an adjective such
 * as a colour ("red building"); words that can be both, such as "crossing", are participles after a plural or a person and before an
 * article. The last word before the end is the head: "light" of "no traffic lights in the street". No grammar is consulted, so the noun of
 * an unusual sentence may be another word; sentences with the same noun still share a cluster. Returns the noun; the whole sentence in
 * lower case if it has no negator or no word after it.
 */
export function subjectNoun(sentence: string): string {
  const words = wordsOf(sentence).map((word) =>
    word.toLowerCase().replace(/[^\p{L}\p{N}'’-]/gu, "")
  );
  const negator = words.findIndex((word) => NEGATING_WORDS.includes(word) || /n['’]t$/u.test(word));
  if (negator < 0) return sentence.toLowerCase();
  const rest = words.slice(negator + 1);
  const start = rest.findIndex((word) => !BEFORE.includes(word));
  const phrase = start < 0 ? [] : rest.slice(start);
  const end = phrase.findIndex((_, i) => i > 0 && endsPhrase(phrase, i));
  const head = (end < 0 ? phrase : phrase.slice(0, end)).findLast((word) => word !== "");
  return head === undefined ? sentence.toLowerCase() : singular(head);
}

/** The head of a noun as {@linkcode subjectNoun} finds it: "light" of "traffic lights". */
export function headNoun(noun: string): string {
  return singular(noun.toLowerCase().split(" ").at(-1)!);
}

/** The number of words of the noun phrase with which some words begin, see {@linkcode subjectNoun}. */
export function nounPhraseLength(words: readonly string[]): number {
  if (AFTER.includes(words[0] ?? "")) return 0;
  const end = words.findIndex((_, i) => i > 0 && endsPhrase(words, i));
  return end < 0 ? words.length : end;
}

function endsPhrase(phrase: readonly string[], index: number): boolean {
  const [before, word, after] = [phrase[index - 1]!, phrase[index]!, phrase[index + 1] ?? ""];
  if (AFTER.includes(word)) return true;
  if (!/(?:ing|ed)$/u.test(word) || word.length <= 4 || NOUNS.includes(word)) return false;
  if (NOUNS_OR_PARTICIPLES.includes(word)) {
    return singular(before) !== before || PERSONS.includes(before) || DETERMINERS.includes(after);
  }
  return !ADJECTIVES.includes(before) || DETERMINERS.includes(after);
}
