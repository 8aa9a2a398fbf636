/** Sentences beside which a negated one can be set token by token: its affirmative twin, and pairs of determiners that negate nothing. */

import { differingWords, wordSet, wordsOf } from "./words.ts";
import { affirmativeSentence, negatedSentence, type Pair } from "./pairs.ts";

export type Twin = { readonly affirmative: string } | { readonly reason: string };

/** What takes a negator's place, where one word is enough to say the opposite. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  no: "some",
  not: "now",
  never: "sometimes",
  without: "with",
  none: "some",
  nobody: "somebody",
  nothing: "something",
  nowhere: "somewhere",
};

/** Every negator: a word between spaces and punctuation, no part of a word with hyphens such as "not-for-profit", or the end of "isn't". */
const NEGATORS =
  /(?<![\p{L}\p{N}'’\u2010\u2011-])(?:no|not|never|without|none|nobody|nothing|nowhere|neither|nor|cannot)(?![\p{L}\p{N}'’\u2010\u2011-])|n['’]t(?!\p{L})/giu;

/** Forms of "be" and "have" and modal verbs: "not" and "now" stand alike after them, but not after "do". */
const AUXILIARIES = wordSet(
  "am is are was were be been being has have had will would can could shall should may might must",
);

/** Words after which no noun of "no" comes: "no longer", "no matter"; prepositions, conjunctions, verbs, pronouns, articles. */
const NOT_OF_A_NOUN = wordSet(
  "longer sooner matter and or but nor if as that than to of in on at by for from with is are was were be been am",
  "has have had do does did will would can could i you he she it we they a an the this these those",
);

/** Comparatives: before "than", or at a phrase's end, they are no part of a noun's phrase, as in "no better". */
const COMPARATIVES = wordSet(
  "better worse more less fewer further later earlier greater larger bigger smaller higher lower different",
);

/**
 * Makes the twin of a sentence by its first word "no" that belongs to a noun: "some" takes its place, and everything else stays, also
 * any further negator. A "no" before punctuation or a word of the lists above does not count, nor one that a hyphen makes part of another word.
 */
export function nounTwin(sentence: string): Twin {
  let found = false;
  for (const match of sentence.matchAll(NEGATORS)) {
    if (match[0].toLowerCase() !== "no") continue;
    found = true;
    if (isOfNoun(sentence, match.index)) return exchanged(sentence, match);
  }
  return { reason: found ? '"no" does not stand before a noun' : "no negating word" };
}

/**
 * Makes the twin of a sentence by its first negator, whatever it is: its counterpart takes its place, and everything else stays, also any
 * further negator. A "no" before punctuation is no negator here ("No, …"), nor is a word that a hyphen makes part of another ("never-ending").
 */
export function affirmativeTwin(sentence: string): Twin {
  for (const match of sentence.matchAll(NEGATORS)) {
    const negator = match[0].toLowerCase();
    if (negator === "no" && !isBeforeWord(sentence, match.index)) continue;
    if (negator === "no" && !isOfNoun(sentence, match.index)) {
      return { reason: '"no" does not stand before a noun' };
    }
    if (negator === "not" && isBeforeOnly(sentence, match.index)) {
      return { reason: '"not only", "not just" and "not merely" do not deny what follows' };
    }
    if (negator === "not" && !AUXILIARIES.has(wordBefore(sentence, match.index))) {
      return { reason: '"not" does not follow a form of "be" or "have", or a modal verb' };
    }
    if (negator === "neither" || negator === "nor") {
      return { reason: '"neither" and "nor" have no counterpart of one word' };
    }
    if (COUNTERPARTS[negator] !== undefined) return exchanged(sentence, match);
    return { reason: 'its first negator is part of a word, as in "isn\'t" and "cannot"' };
  }
  return { reason: "no negating word" };
}

/** The sentence with a negator's counterpart in its place, in capitals if the negator is, and with one if it begins with one. */
function exchanged(sentence: string, { 0: negator, index }: RegExpExecArray): Twin {
  const spelled = spelledAs(negator, COUNTERPARTS[negator.toLowerCase()]!);
  return {
    affirmative: sentence.slice(0, index) + spelled + sentence.slice(index + negator.length),
  };
}

function isBeforeOnly(sentence: string, index: number): boolean {
  return /^\s+(?:only|just|merely)(?![\p{L}\p{N}'’\u2010\u2011-])/iu.test(
    sentence.slice(index + 3),
  );
}

function isBeforeWord(sentence: string, index: number): boolean {
  return /^\s+[\p{L}\p{N}"'’“‘]/u.test(sentence.slice(index + 2));
}

/** Whether the "no" at an index stands before a noun or what describes one. */
function isOfNoun(sentence: string, index: number): boolean {
  if (!isBeforeWord(sentence, index)) return false;
  const [, next = "", end = "", after = ""] =
    /^\s+["'’“‘]*([\p{L}\p{N}'’-]+)(["'’”]*[^\s\p{L}\p{N}"'’”]|$)?\s*([\p{L}\p{N}'’-]*)/u
      .exec(sentence.slice(index + 2)) ?? [];
  const [word, second] = [next.toLowerCase(), after.toLowerCase()];
  if (NOT_OF_A_NOUN.has(word)) return false;
  const endsPhrase = end !== "" || second === "" || NOT_OF_A_NOUN.has(second);
  return !(COMPARATIVES.has(word) && endsPhrase);
}

function wordBefore(sentence: string, index: number): string {
  return /([\p{L}\p{N}'’]+)\s+$/u.exec(sentence.slice(0, index))?.[1]?.toLowerCase() ?? "";
}

/** What may take the place of "no", by the determiner of the affirmative sentence: words that fit the noun's number first. */
const INSTEAD: ReadonlyMap<string, readonly string[]> = new Map([
  ["some", ["many", "several", "two", "three", "these", "the", "a"]],
  ["a", ["one", "this", "the", "another", "some"]],
  ["an", ["one", "this", "the", "another", "some"]],
]);

/** What takes the place of an inserted "no", as in "no people" beside "people": the first that fits, "some", changes least. */
const INSERTED = ["some", "many", "several", "the"];
const DRAWN = 3;

/** Where the negated sentence has "no", and what the affirmative one has in its place; no word if "no" is inserted. */
function negatorOf(pair: Pair): { readonly place: number; readonly word?: string } | undefined {
  const [negated, affirmative] = [negatedSentence(pair), affirmativeSentence(pair)];
  const places = differingWords(negated, affirmative);
  const isInserted = places === undefined;
  const place = isInserted ? insertedPlace(negated, affirmative) : places[0];
  if (place === undefined || !isInserted && places.length !== 1) return undefined;
  if (wordsOf(negated)[place]!.toLowerCase() !== "no") return undefined;
  return isInserted ? { place } : { place, word: wordsOf(affirmative)[place]!.toLowerCase() };
}

/** The words that the affirmative sentences of rows have in the place of "no": with one of them, a control would say what the data affirms. */
export function affirmativeDeterminers(rows: readonly Pair[]): Set<string> {
  const words = new Set(rows.flatMap((row) => negatorOf(row)?.word ?? []));
  return words.has("an") ? words.add("a") : words;
}

/**
 * A row with another determiner in place of the negator: "There are many dogs" for "There are no dogs", beside "There are some dogs". Beside
 * "There are dogs", which has no word there, it is "There are some dogs": what shifted positions do without a negation. `draw`: a number
 * from 0 to 1, which chooses among the first three words that fit. Returns the row; undefined if its sentences differ in more than "no" and
 * a determiner or nothing, or no word fits.
 */
export function withDeterminer(
  pair: Pair,
  { without = new Set(), fits, draw }: {
    readonly without?: ReadonlySet<string>;
    readonly fits: (sentence: string) => boolean;
    readonly draw: number;
  },
): Pair | undefined {
  const { place, word: determiner } = negatorOf(pair) ?? {};
  if (place === undefined) return undefined;
  const negated = negatedSentence(pair);
  const no = wordsOf(negated)[place]!;
  const words = determiner === undefined ? INSERTED : INSTEAD.get(determiner) ?? [];
  const sentences = words.filter((word) => !without.has(word))
    .map((word) => inPlaceOf(negated, place, spelledAs(no, word)))
    .filter(fits).slice(0, determiner === undefined ? 1 : DRAWN);
  const chosen = sentences[Math.min(Math.floor(draw * sentences.length), sentences.length - 1)];
  if (chosen === undefined) return undefined;
  const made = pair.negation === "caption" ? { caption: chosen } : { foil: chosen };
  return { ...pair, ...made, replaced: negated };
}

/** The sentence with another word at an index; its spaces stay. */
function inPlaceOf(sentence: string, index: number, word: string): string {
  let i = -1;
  return sentence.replace(/\S+/g, (old) => ++i === index ? word : old);
}

function spelledAs(model: string, word: string): string {
  if (model === model.toUpperCase()) return word.toUpperCase();
  return /^\p{Lu}/u.test(model) ? word[0]!.toUpperCase() + word.slice(1) : word;
}

/** The place of the only word that the negated sentence has and the affirmative one lacks, whatever the case of the word after it. */
function insertedPlace(negated: string, affirmative: string): number | undefined {
  const words = wordsOf(negated);
  const rest = wordsOf(affirmative.toLowerCase()).join(" ");
  const place = words.findIndex((_, i) => words.toSpliced(i, 1).join(" ").toLowerCase() === rest);
  return place < 0 ? undefined : place;
}
