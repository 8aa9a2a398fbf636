/** What a negated sentence says is not there: the head noun after its negator, found from the words alone. */

import { wordsOf } from "./words.ts";

/** Words that negate; "n't" and "cannot" negate too. */
const NEGATORS = ["no", "not", "none", "nobody", "nothing", "nowhere", "never", "neither", "nor"]
  .concat("without", "cannot");

/** Words that may stand between the negator and the noun's own phrase: "not a dog", "isn't any of the dogs". */
const BEFORE = ["a", "an", "any", "the", "of", "his", "her", "its", "their", "there", "is", "are"];

/** Words that end a noun phrase: prepositions, conjunctions, relative words, forms of "be" and "have", adverbs, and what describes a picture. */
const AFTER =
  "about above across after against along among and around as at background be before behind being below beneath beside between but by clearly depicted down during for from had has have here if in inside into is are was were like near next of off on onto or out outside over past present seen shown pictured visible that there this through to toward under underneath until up upon which while who whose with within without appear appears wear wears"
    .split(" ");

/** Forms that end in -ing but are nouns. */
const NOUNS_IN_ING =
  "building buildings ceiling ceilings clothing painting paintings railing railings ring rings sling string strings thing things wing wings king kings earring earrings lightning awning awnings icing topping toppings pudding wedding morning evening"
    .split(" ");

/** Plurals that a rule does not find. */
const IRREGULAR: Readonly<Record<string, string>> = {
  ...{
    people: "person",
    men: "man",
    women: "woman",
    children: "child",
    feet: "foot",
    teeth: "tooth",
  },
  ...{
    mice: "mouse",
    geese: "goose",
    leaves: "leaf",
    loaves: "loaf",
    knives: "knife",
    shelves: "shelf",
  },
  ...{ wolves: "wolf", scarves: "scarf", buses: "bus", glasses: "glasses" },
};

/**
 * The subject noun of a negated sentence, in lower case and the singular: "person" of "There are no people in the photo.".
 *
 * The words after the first negator ("no", "not", "n't" …) are read, without articles and possessives at their beginning, up to a
 * word that ends a noun phrase: a preposition, a conjunction, a form of "be" or "have", "visible", "shown" and their like, or, from the
 * second word on, a participle in -ing or -ed. The last word before it is the head: "light" of "no traffic lights in the street".
 * No grammar is consulted, so the noun of an unusual sentence may be another word; sentences with the same noun still share a cluster.
 *
 * @param sentence The negated sentence.
 * @returns The noun; the whole sentence in lower case if it has no negator or no word after it.
 */
export function subjectNoun(sentence: string): string {
  const words = wordsOf(sentence).map((word) =>
    word.toLowerCase().replace(/[^\p{L}\p{N}'’-]/gu, "")
  );
  const negator = words.findIndex((word) => NEGATORS.includes(word) || /n['’]t$/u.test(word));
  if (negator < 0) return sentence.toLowerCase();
  const rest = words.slice(negator + 1);
  const start = rest.findIndex((word) => !BEFORE.includes(word));
  const phrase = start < 0 ? [] : rest.slice(start);
  const end = phrase.findIndex((word, place) => place > 0 && endsPhrase(word));
  const head = (end < 0 ? phrase : phrase.slice(0, end)).findLast((word) => word !== "");
  return head === undefined ? sentence.toLowerCase() : singular(head);
}

function endsPhrase(word: string): boolean {
  if (AFTER.includes(word)) return true;
  return /(?:ing|ed)$/u.test(word) && !NOUNS_IN_ING.includes(word) && word.length > 4;
}

function singular(noun: string): string {
  const known = IRREGULAR[noun];
  if (known !== undefined) return known;
  if (/[^aeiou]ies$/u.test(noun)) return `${noun.slice(0, -3)}y`;
  if (/(?:ss|x|z|ch|sh)es$/u.test(noun)) return noun.slice(0, -2);
  return /[^su]s$/u.test(noun) ? noun.slice(0, -1) : noun;
}
