/** Text, image and group score of rows with two pictures and two sentences, the first sentence true of the first picture and the second of the second. */

import type { Estimate } from "../stats/estimate.ts";
import { mean } from "../stats/columns.ts";
import type { RowOf } from "../tables/table.ts";
import { groupsOf, shareEstimate } from "./accuracy.ts";
import type { Choice } from "./choice.ts";
import { figureLines, type FIGURES, type Kind } from "./tables.ts";

/** The options of a block that must score higher, each list above another; an option is a picture with a sentence, in the order of choices.csv. */
const COMPARED = {
  text: [[[0], [1]], [[3], [2]]],
  image: [[[0], [2]], [[3], [1]]],
  group: [[[0, 3], [1, 2]]],
} as const;

export type BlockScore = keyof typeof COMPARED;

const CHANCE = { text: 1 / 4, image: 1 / 4, group: 1 / 6 } as const;

/** One of the three scores of all blocks, or of a group of them. */
export interface BlockRow {
  readonly by: Kind;
  readonly group: string;
  readonly n: number;
  readonly score: BlockScore;
  readonly value: Estimate;
  /** As the scripts of sets count: a tie is wrong. */
  readonly published: number;
  readonly ties: number;
  readonly chance: number;
  readonly random_weights: number | undefined;
}

/** The chance that all of some scores are above all others, if those that are equal are put in a random order. */
export function shareAbove(right: readonly number[], wrong: readonly number[]): number {
  const [least, most] = [Math.min(...right), Math.max(...wrong)];
  if (least !== most) return Number(least > most);
  const tied = [...right, ...wrong].filter((score) => score === least).length;
  return 1 / [2, 3, 6][tied - 2]!; // of 2, 3 or 4 scores the right ones first
}

/** The scores of blocks: of all, then of groups of them. */
export function blockRows(
  choices: readonly Choice[],
  scores: readonly ArrayLike<number>[],
  { published, seed, clusters, random }: {
    /** Whether a tie is wrong, as the scripts of sets count. */
    readonly published: boolean;
    readonly seed: number;
    readonly clusters: readonly string[];
    readonly random?: readonly ArrayLike<number>[] | undefined;
  },
): BlockRow[] {
  const sharesOf = (of: readonly ArrayLike<number>[], score: BlockScore) =>
    of.map((block) =>
      COMPARED[score].reduce(
        (share, [right, wrong]) =>
          share * shareAbove(right.map((i) => block[i]!), wrong.map((i) => block[i]!)),
        1,
      )
    );
  const strict = (shares: readonly number[]) => shares.map((share) => Number(share === 1));
  const counted = (shares: readonly number[]) => published ? strict(shares) : shares;
  const found = (["text", "image", "group"] as const).map((score) => {
    const shares = sharesOf(scores, score);
    return { score, shares, random: random && counted(sharesOf(random, score)) };
  });
  return groupsOf(choices).flatMap(({ group, by, rows }) =>
    found.map(({ score, shares, random }): BlockRow => {
      const own = rows.map((i) => shares[i]!);
      return {
        ...{ by, group, n: rows.length, score },
        value: shareEstimate(counted(own), { clusters: rows.map((i) => clusters[i]!), seed }),
        published: mean(strict(own))!,
        ties: own.filter((share) => share !== 0 && share !== 1).length,
        chance: CHANCE[score],
        random_weights: random && mean(rows.map((i) => random[i]!)),
      };
    })
  );
}

/** The scores in benchmark.csv, one in each line. */
export function blockFigures(
  rows: readonly BlockRow[],
  { isScripted }: { readonly isScripted: boolean },
): RowOf<typeof FIGURES>[] {
  return rows.flatMap(({ score, value, published, ties, chance, random_weights, ...shared }) =>
    figureLines(shared, {
      [score]: value,
      ...isScripted && { [`${score}_published`]: published },
      [`${score}_ties`]: ties,
      [`${score}_chance`]: chance,
      [`${score}_random_weights`]: random_weights,
    })
  );
}
