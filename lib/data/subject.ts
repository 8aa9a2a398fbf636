/** What a negated sentence says is not there, and its frame, which is its wording without that; found from the words alone. */

import { NEGATING_WORDS, wordSet, wordsOf } from "./words.ts";

/** Plurals that no rule finds, with their singulars. */
export const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ...[["people", "person"], ["men", "man"], ["children", "child"], ["oxen", "ox"]] as const,
  ...[["feet", "foot"], ["teeth", "tooth"], ["geese", "goose"], ["mice", "mouse"]] as const,
  ...[["knives", "knife"], ["wives", "wife"], ["lives", "life"], ["leaves", "leaf"]] as const,
  ...[["loaves", "loaf"], ["shelves", "shelf"], ["wolves", "wolf"], ["scarves", "scarf"]] as const,
  ...[["calves", "calf"], ["halves", "half"], ["elves", "elf"], ["thieves", "thief"]] as const,
  ...[["hooves", "hoof"], ["dwarves", "dwarf"], ["dice", "die"], ["cacti", "cactus"]] as const,
  ...[["quizzes", "quiz"], ["menus", "menu"], ["emus", "emu"], ["glasses", "glasses"]] as const,
]);

/** Compounds of these plurals, such as "women", "policemen" and "bookshelves". */
const COMPOUND = /^(.+)(people|men|children|feet|teeth|knives|wives|leaves|shelves)$/u;

/** Singulars that end like a plural. */
const ENDS_IN_S_OR_MEN = wordSet(
  "lens gas canvas atlas pancreas tennis iris oasis chassis debris axis basis pelvis trellis ibis mantis rhinoceros chaos news series species",
  "bus minibus trolleybus octopus cactus virus walrus campus bonus circus crocus hippopotamus platypus lotus genius chorus discus fungus",
  "specimen regimen omen abdomen ramen stamen",
);

/** Singulars that end in an e which, in other nouns with the same ending, belongs to the plural: "cookies", but "berries". */
const ENDS_IN_E = wordSet(
  "niche quiche avalanche brioche creche cliche douche tranche pastiche axe pickaxe mousse posse crevasse impasse lacrosse",
  "shoe horseshoe snowshoe toe tiptoe mistletoe canoe hoe doe foe roe oboe floe aloe woe",
  "cookie movie zombie brownie selfie smoothie hoodie birdie doggie veggie genie pixie rookie foodie magpie necktie bowtie potpie",
  "bookie collie prairie calorie cutie goalie beanie groupie junkie hippie sweetie auntie budgie brie walkie-talkie barbie newbie corgie",
);

/** Nouns in "ache" such as "cache", "headache" and "moustache", unlike the plurals "beaches" and "coaches". */
const ACHE = /(?:^|[^aeiou])ache$/u;

/**
 * The singular of a noun in lower case. A regular plural and its singular give the same word even where it is not the right one, unless the
 * singular ends in s and is not listed.
 */
export function singular(noun: string): string {
  const irregular = IRREGULAR.get(noun);
  if (irregular !== undefined) return irregular;
  if (ENDS_IN_S_OR_MEN.has(noun)) return noun;
  if (ENDS_IN_S_OR_MEN.has(noun.replace(/e?s$/u, ""))) return noun.replace(/e?s$/u, "");
  const compound = COMPOUND.exec(noun);
  if (compound !== null) return compound[1]! + IRREGULAR.get(compound[2]!)!;
  return withoutPluralE(/[^su]s$/u.test(noun) ? noun.slice(0, -1) : noun);
}

/** Takes away an e that a plural has before its s: "box" for "boxe", "berry" for "berrie", "potato" for "potatoe". */
function withoutPluralE(noun: string): string {
  if (noun.length <= 3 || ENDS_IN_E.has(noun) || ACHE.test(noun)) return noun;
  if (/[^aeiou]ie$/u.test(noun)) return `${noun.slice(0, -2)}y`;
  return /(?:ss|x|tz|zz|ch|sh|o)e$/u.test(noun) ? noun.slice(0, -1) : noun;
}

/** Words that may stand between the negator and the noun's own phrase: "not a dog", "isn't any of the dogs". */
const BEFORE = ["a", "an", "any", "the", "of", "his", "her", "its", "their", "there", "is", "are"];

/** Words that end a noun phrase: prepositions, conjunctions, relative words, "be" and "have", adverbs, and what describes a picture. */
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
const DETERMINERS: readonly string[] =
  "a an the this that these those his her its their my your our each"
    .split(" ");

/** Singular words for persons, who do what a participle after them says. */
const PERSONS = "person man woman child boy girl kid guy one lady player rider".split(" ");

/**
 * The subject noun of a negated sentence, in lower case and the singular: "person" of "There are no people in the photo.".
 *
 * The words after the first negator are read, without articles and possessives at their beginning, up to a word that ends a noun phrase: of
 * the lists above, or, from the second word on, a participle in -ing or -ed. The last word before the end is the head: "light" of "no traffic
 * lights in the street". No grammar is consulted, so the noun of an unusual sentence may be another word; sentences with the same noun still
 * share a cluster. Without a negator or a word after it, it is the whole sentence in lower case.
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
function nounPhraseLength(words: readonly string[]): number {
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

/** The beginning of a sentence about what there is, which is no part of the phrase. */
const FRAME = /^\s*there(?:\s+(?:is|are)\b|['’]s\b)/iu;

/** Words that may stand before the words of a phrase and belong to it. */
const FIRST = [...DETERMINERS, "some", "any"];
const MARKS = /[.,;:!?]+$/u; // marks at the end of a word that end the phrase with it

/**
 * The first noun phrase of an affirmative sentence with its determiner: "some cars" of "There are some cars parked in the street.".
 *
 * The phrase ends with a word that has a punctuation mark behind it, or before a word that ends a noun phrase, by the same lists as the subject
 * noun. No grammar is consulted; docs/segmentation.md compares the phrases of VALSE with those of a tagger. Undefined if there is nothing but a
 * determiner.
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

const SLOT = "…";

/** Words that begin the phrase of something that is not known yet: "a green circle", "three red circles". */
const INDEFINITE =
  "a an some any another several many one two three four five six seven eight nine ten".split(" ");

/** Words that may stand between a negator and the rest of its phrase. */
const BEFORE_NOUN = [...DETERMINERS, ...INDEFINITE];

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
    const [, end] = phraseAfter(i, { spelled, words });
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

/** The places of the first word of the phrase after a word, determiners left out, and of its last; both those of the word itself if there is none. */
export function phraseAfter(
  before: number,
  { spelled, words }: { readonly spelled: readonly string[]; readonly words: readonly string[] },
): [first: number, last: number] {
  const mark = spelled.findIndex((word, i) => i >= before && MARKS.test(word));
  const stop = mark < 0 ? words.length : mark + 1;
  let start = before + 1;
  while (start < stop && BEFORE_NOUN.includes(words[start]!)) start++;
  const length = start >= stop ? 0 : nounPhraseLength(words.slice(start, stop));
  return length === 0 ? [before, before] : [start, start + length - 1];
}
