/**
 * The rounding errors of what a model computes, by unit: a spread within them shows nothing.
 *
 * Towers compute in float32, whose relative rounding error is 2^-24 = 6e-8, over sums of hundreds of terms.
 */

import type { Estimate } from "../../stats/estimate.ts";
import type { LineScores } from "../../tables/estimates.ts";

/**
 * Vectors of the residual stream, as a share of their length: their entries are sums over blocks, and each block adds the rounding
 * errors of its own sums.
 */
export const RESIDUAL_NOISE = 1e-5;

/** Whether two vectors of the residual stream, [width], differ by more than {@linkcode RESIDUAL_NOISE} of the second's length. */
export function residualsDiffer(vector: Float32Array, other: Float32Array): boolean {
  const change = vector.map((value, i) => value - other[i]!);
  return Math.hypot(...change) > RESIDUAL_NOISE * Math.hypot(...other);
}

/**
 * Attention weights and their differences, in shares. A weight near 1 is a multiple of 6e-8, and the difference of two of them errs by
 * some of these: heads without any attention to the negator have differences of up to 5e-7.
 */
export const ATTENTION_NOISE = 1e-6;

/**
 * S, d and their differences, in logits. An error of 1e-6 of an embedding's length is 1e-4 in S, which is 100 x a cosine; the tests
 * compare scores with those in float64, and of other batches, within this.
 */
export const SCORE_NOISE = 1e-4;

/** Whether effects on d, in logits, are 0 but for rounding: their mean would look like an effect of the same sign in all rows. */
export function isRounding(effects: readonly (number | undefined)[]): boolean {
  return effects.every((effect) => Math.abs(effect ?? 0) <= SCORE_NOISE);
}

/** An estimate in logits; 0 where it and its bounds are rounding errors. */
export function roundedToZero(own: Estimate): Estimate {
  const isNone = own.low !== undefined && isRounding([own.estimate, own.low, own.high]);
  return isNone ? { estimate: 0, low: 0, high: 0 } : own;
}

export function signOfD(d: number): number {
  return Math.abs(d) <= SCORE_NOISE ? 0 : Math.sign(d);
}

/** How right a row is, of which an accuracy is the mean: 1 if the true sentence scores higher, 0 if the false one does, 1/2 if |d| is a tie's at most. */
export function rightness(d: number, tie = SCORE_NOISE): number {
  return Math.abs(d) <= tie ? 0.5 : Number(d > 0);
}

export function sizeOfD(d: number): number {
  return Math.abs(d) <= SCORE_NOISE ? 0 : Math.abs(d);
}

/** The sign that S of the negated sentence has in d: +1 where the caption is negated, -1 where the foil is. */
export function signOf(negation: string): number {
  return negation === "caption" ? 1 : -1;
}

/**
 * What a changed score of the affirmative sentence is as a part of d: sign x (changed - S of the affirmative sentence). Returns 0 for the
 * unchanged score, d for the score of the negated sentence; never -0.
 */
export function effectOnD(
  { negation, s_caption, s_foil }: LineScores,
  changed: number,
): number {
  return signOf(negation) === 1 ? changed - s_foil : s_caption - changed;
}

/** What of d is lost with a changed score of the negated sentence: d minus d with the changed score. */
export function lostOfD({ negation, s_caption, s_foil }: LineScores, changed: number): number {
  return signOf(negation) === 1 ? s_caption - changed : changed - s_foil;
}
