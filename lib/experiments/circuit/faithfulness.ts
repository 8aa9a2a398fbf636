/** How much of the score difference a set of nodes brings about, and the curve of this over the number of nodes. */

import type { EvaluateRow } from "../../subject/score_rows.ts";

/** The two scores of a row, and what counts as positive. */
export interface Ends {
  /** +1 where the caption is negated, else -1. */
  readonly sign: 1 | -1;
  /** S of the affirmative sentence. */
  readonly affirmative: number;
  /** S of the negated sentence. */
  readonly negated: number;
}

/** The scores of a row's two sentences. */
export function endsOf({ negation, s_caption, s_foil }: EvaluateRow): Ends {
  return negation === "caption"
    ? { sign: 1, affirmative: s_foil, negated: s_caption }
    : { sign: -1, affirmative: s_caption, negated: s_foil };
}

/**
 * The faithfulness of a set over some rows: what it brings about of their d, a ratio of sums.
 *
 * @param rows The rows.
 * @param scores S of each row with the set.
 */
export function faithfulness(rows: readonly Ends[], scores: readonly number[]): number {
  let [gained, whole] = [0, 0];
  rows.forEach(({ sign, affirmative, negated }, row) => {
    gained += sign * (scores[row]! - affirmative);
    whole += sign * (negated - affirmative);
  });
  return gained / whole;
}

/** The shares of nodes at which the curve is computed, those of MIB (2504.13151). */
export const FRACTIONS: readonly number[] = [.001, .002, .005, .01, .02, .05, .1, .2, .5, 1];

/**
 * The number of nodes of a share: the nearest whole number, halves upwards.
 *
 * @param fraction The share.
 * @param count The number of all nodes.
 */
export function nodesOf(fraction: number, count: number): number {
  return Math.round(fraction * count);
}

/**
 * The area under a curve over {@linkcode FRACTIONS}, by trapezoids on the linear axis as in MIB, from the first share to the last.
 *
 * @param values The curve's value at each share.
 */
export function areaUnder(values: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < FRACTIONS.length; i++) {
    area += (FRACTIONS[i]! - FRACTIONS[i - 1]!) * (values[i]! + values[i - 1]!) / 2;
  }
  return area;
}
