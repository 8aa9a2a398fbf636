/** Scorers that read the sentences and see no image: what they get of a set, words alone give away. */

import { countNegations, negatorOf } from "../data/words.ts";
import { subjectNoun, subjectPhrase } from "../data/subject.ts";
import { randomHalf } from "../stats/random.ts";
import { type Choice, optionCount, optionOf } from "./choice.ts";

/** The scorers, in the order of the tables. */
export const TEXT_SCORERS = ["longest", "shortest", "negated", "bag_of_words"] as const;

export type TextScorer = typeof TEXT_SCORERS[number];

/** A value for each scorer. */
export function eachScorer<Value>(of: (name: TextScorer) => Value): Record<TextScorer, Value> {
  const values = TEXT_SCORERS.map((name) => [name, of(name)] as const);
  return Object.fromEntries(values) as Record<TextScorer, Value>;
}

/** The scores of the options of each row by each scorer. Options that differ only in their pictures have equal scores. */
export function textScores(
  choices: readonly Choice[],
  seed: number,
): Readonly<Record<TextScorer, readonly (readonly number[])[]>> {
  const each = (score: (sentence: string) => number) =>
    choices.map((choice) => sentencesOf(choice).map(score));
  return {
    longest: each((sentence) => [...sentence].length),
    shortest: each((sentence) => -[...sentence].length),
    negated: each((sentence) => Number(countNegations(sentence) > 0)),
    bag_of_words: bagOfWords(choices, seed),
  };
}

function sentencesOf(choice: Choice): readonly string[] {
  const length = optionCount(choice);
  return Array.from({ length }, (_, option) => optionOf(choice, option).sentence);
}

/**
 * Naive Bayes on words: an option's score is the sum over its words of ln((r + 1) / (R + 2)) - ln((w + 1) / (W + 2)), where r of R right
 * options and w of W wrong ones have the word, in the other half of the rows. The halves share no {@linkcode nounOf} of a row; other nouns
 * of its options may be in both.
 */
function bagOfWords(choices: readonly Choice[], seed: number): (readonly number[])[] {
  const bagOf = (sentence: string) =>
    new Set(sentence.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? []);
  const words = choices.map((choice) => sentencesOf(choice).map(bagOf));
  const nouns = choices.map(nounOf);
  const isFirst = randomHalf(nouns, seed);
  if (isFirst === undefined) return choices.map((choice) => Array(optionCount(choice)).fill(0));
  const weights = [true, false].map((half) =>
    weightsOf(
      choices.flatMap(({ right }, row) =>
        isFirst[row] === half ? [{ right, bags: words[row]! }] : []
      ),
    )
  );
  return words.map((bags, row) => {
    const known = weights[isFirst[row] ? 1 : 0]!;
    return bags.map((bag) =>
      [...bag].sort().reduce((sum, word) => sum + (known.get(word) ?? 0), 0)
    );
  });
}

/**
 * The one noun by which a row is held out: that of the first sentence, in the order of the options, that negates, whether it is right or
 * wrong; if none does, the head of the first noun phrase of the right one.
 */
export function nounOf({ sentences, right }: Choice): string {
  const negated = sentences.find((sentence) => negatorOf(sentence) !== undefined);
  if (negated !== undefined) return subjectNoun(negated);
  const sentence = sentences[right] ?? sentences[0]!;
  return subjectPhrase(sentence)?.toLowerCase().split(" ").at(-1) ?? sentence;
}

function weightsOf(
  rows: readonly { readonly right: number; readonly bags: readonly ReadonlySet<string>[] }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, [wrong: number, right: number]>();
  const totals = [0, 0];
  for (const { right, bags } of rows) {
    bags.forEach((bag, option) => {
      const side = option === right ? 1 : 0;
      totals[side]!++;
      for (const word of bag) {
        const count = counts.get(word) ?? [0, 0];
        count[side]!++;
        counts.set(word, count);
      }
    });
  }
  const share = (count: number, side: 0 | 1) => Math.log((count + 1) / (totals[side]! + 2));
  return new Map(
    [...counts].map(([word, [wrong, right]]) => [word, share(right, 1) - share(wrong, 0)]),
  );
}
