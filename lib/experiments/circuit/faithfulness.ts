/** How much of the score difference a set of nodes brings about, and the curve of this over the number of nodes. */

import { NegscopeError } from "../../errors.ts";
import { SCORE_NOISE, signOfD, sizeOfD } from "../../study/effects/noise.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";

/** The two scores of a row, and what counts as positive. */
export interface Unchanged {
  /** +1 where the caption is negated, else -1. */
  readonly sign: 1 | -1;
  readonly affirmative: number;
  readonly negated: number;
}

export function unchangedOf(
  { negation, s_caption, s_foil }: Pick<EvaluateRow, "negation" | "s_caption" | "s_foil">,
): Unchanged {
  return negation === "caption"
    ? { sign: 1, affirmative: s_foil, negated: s_caption }
    : { sign: -1, affirmative: s_caption, negated: s_foil };
}

/** Refuses rows without a d of which a circuit could bring about a share. */
export function checkRows(
  rows: readonly Pick<EvaluateRow, "d">[],
  segments: readonly string[],
): void {
  if (rows.some(({ d }) => sizeOfD(d) > 0)) return;
  const which = segments.join(" or ");
  throw new NegscopeError("rows-too-few", {
    problem: "Cannot search a circuit",
    subject: which,
    reason: rows.length === 0
      ? `no row is ${which}`
      : `in no ${which} row is d more than a rounding error`,
    expected: "rows whose d is what the circuit is to bring about",
    fix: "choose other rows with --segments",
  });
}

/**
 * The faithfulness of a set over some rows: the sum of what it brings about of each row's d, in the direction of this d, divided by the
 * sum of all |d|. Where all d have one sign it is the ratio of the sums of gains and of d.
 */
export function faithfulness(rows: readonly Unchanged[], scores: readonly number[]): number {
  let [gained, whole] = [0, 0];
  rows.forEach(({ affirmative, negated }, row) => {
    gained += signOfD(negated - affirmative) * (scores[row]! - affirmative);
    whole += sizeOfD(negated - affirmative);
  });
  return gained / whole;
}

/** How far a set is from doing what the whole model does: the largest |1 - faithfulness| of all rows and of each negated side. */
export function deviation(rows: readonly Unchanged[], scores: readonly number[]): number {
  const most = largestDistance(
    withSides(rows).map((side) =>
      faithfulness(side.map((row) => rows[row]!), side.map((row) => scores[row]!))
    ),
  );
  return Number.isNaN(most) ? Infinity : most;
}

/** The largest |1 - f| of a set. */
export function largestDistance(shares: readonly (number | undefined)[]): number {
  let most = NaN;
  for (const share of shares) {
    const distance = Math.abs(1 - (share ?? NaN));
    if (Number.isFinite(distance) && !(distance <= most)) most = distance;
  }
  return most;
}

/** Shares of d that differ by less, or are above 1 by less, differ by a rounding error of float32. */
export const SHARE_ROUNDING = 1e-3;

/** The rounding error of a faithfulness, of all rows or of a side: that of S divided by the mean |d|. */
export function roundingOf(rows: readonly Unchanged[]): number {
  const errors = withSides(rows).map((side) => {
    const whole = side.reduce(
      (sum, row) => sum + sizeOfD(rows[row]!.negated - rows[row]!.affirmative),
      0,
    );
    return SCORE_NOISE * side.length / whole;
  }).filter(Number.isFinite);
  return Math.max(0, ...errors);
}

function withSides(rows: readonly Unchanged[]): number[][] {
  const places = [...rows.keys()];
  return [
    places,
    ...([1, -1] as const).map((side) => places.filter((row) => rows[row]!.sign === side)),
  ];
}

/** The largest deviation of a circuit: its faithfulness lies between the bound and as much above 1. */
export function mostDeviation(bound: number, rounding: number): number {
  return 1 - bound + rounding;
}

/** The shares of nodes at which the curve is computed, those of MIB (2504.13151). */
export const FRACTIONS: readonly number[] = [.001, .002, .005, .01, .02, .05, .1, .2, .5, 1];

/** The number of nodes of a share: the nearest whole number, halves upwards. */
export function nodesOf(fraction: number, count: number): number {
  return Math.round(fraction * count);
}

/** The area under a curve over {@linkcode FRACTIONS}, by trapezoids on the linear axis as in MIB, from the first share to the last. */
export function areaUnder(values: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < FRACTIONS.length; i++) {
    area += (FRACTIONS[i]! - FRACTIONS[i - 1]!) * (values[i]! + values[i - 1]!) / 2;
  }
  return area;
}
