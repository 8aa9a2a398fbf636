/** Ranks of values that may be tied. */

import { isConstantWithin } from "./columns.ts";

/**
 * Ranks values from 1 up; tied values share the mean of their ranks. Returns the rank of each value, in the order of the input: multiples
 * of 1/2.
 */
export function midranks(values: readonly number[]): Float64Array {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let i = first; i < end; i++) ranks[order[i]!] = (first + end + 1) / 2;
  }
  return ranks;
}

/**
 * The midranks of values that are measured with an error. Undefined if a value is missing, that is not finite, or if they differ by no more
 * than the error, so that their order is chance.
 */
export function ranksBeyond(values: readonly number[], noise: number): number[] | undefined {
  const isKnown = values.every(Number.isFinite) && !isConstantWithin(values, noise);
  return isKnown ? [...midranks(values)] : undefined;
}
