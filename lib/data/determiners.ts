/** Pairs of determiners that negate nothing: a word in the negator's place, for a contrast that is no negation. */

import { affirmativeSentence, negatedSentence, type Pair } from "./pairs.ts";
import { differingWords, wordsOf } from "./words.ts";

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
 * "There are dogs", which has no word there, it is "There are some dogs": what shifted positions do without a negation.
 *
 * @param without Words that are not taken.
 * @param fits Whether a sentence has as many tokens as the negated one.
 * @param draw A number from 0 to 1, which chooses among the first three words that fit.
 * @returns The row; undefined if its sentences differ in more than "no" and a determiner or nothing, or no word fits.
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
