/** Text, image and group score of rows with two pictures and two sentences, the first sentence true of the first picture and the second of the second. */

import { mean } from "../stats/columns.ts";
import { type AccuracyOptions, type ChoiceScores, groupsOf, shareEstimate } from "./accuracy.ts";
import type { Choice } from "./choice.ts";
import { BLOCK_SCORES, type MeasureRow } from "./tables.ts";

/** The options, in the order of choices.csv, each list of which must score higher than another. */
const COMPARED = {
  text: [[[0], [1]], [[3], [2]]],
  image: [[[0], [2]], [[3], [1]]],
  group: [[[0, 3], [1, 2]]],
} as const;

const CHANCE = { text: 1 / 4, image: 1 / 4, group: 1 / 6 } as const;

/** The chance that all of some scores are above all others, if those that are equal are put in a random order. */
export function shareAbove(right: readonly number[], wrong: readonly number[]): number {
  const [least, most] = [Math.min(...right), Math.max(...wrong)];
  if (least !== most) return Number(least > most);
  const tied = [...right, ...wrong].filter((score) => score === least).length;
  return 1 / [2, 3, 6][tied - 2]!; // of 2, 3 or 4 scores the right ones first
}

/** The scores of all blocks, then of groups of them. With `published` a tie is wrong, as the scripts of sets count. */
export function blockRows(
  choices: readonly Choice[],
  scores: ChoiceScores,
  { rule, published, seed, clusters, random }: AccuracyOptions,
): MeasureRow[] {
  const strict = (share: number) => Number(share === 1);
  const ties = scores.map((block) => Number(new Set(Array.from(block)).size < block.length));
  const measures = BLOCK_SCORES.map((measure) => {
    const sharesOf = (of: ChoiceScores) =>
      of.map((block) =>
        COMPARED[measure].reduce(
          (share, [right, wrong]) =>
            share * shareAbove(right.map((i) => block[i]!), wrong.map((i) => block[i]!)),
          1,
        )
      );
    const counted = (shares: readonly number[]) => published ? shares.map(strict) : shares;
    const shares = sharesOf(scores);
    return { measure, shares, own: counted(shares), random: random && counted(sharesOf(random)) };
  });
  return groupsOf(choices).flatMap(({ rows, ...shared }) => {
    const of = <Value>(values: readonly Value[]) => rows.map((i) => values[i]!);
    return measures.map(({ measure, shares, own, random }): MeasureRow => ({
      ...{ ...shared, n: rows.length, measure },
      value: shareEstimate(of(own), { clusters: of(clusters), seed }),
      ties: of(ties).reduce((sum, tie) => sum + tie, 0),
      published: rule && mean(of(shares.map(strict)))!,
      chance: CHANCE[measure],
      random_weights: random && mean(of(random))!,
    }));
  });
}
