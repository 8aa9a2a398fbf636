/** Ranks of values that may be tied. */

import { isConstantWithin } from "./columns.ts";

/**
 * Ranks values from 1 up; tied values share the mean of their ranks. Returns the rank of each value, in the order of the input: multiples
 * of 1/2.
 */
export function midranks(values: readonly number[]): Float64Array {
  return rankDrawn(values)(new Float64Array(values.length).fill(1));
}

/**
 * The midranks of values that are measured with an error. Undefined if a value is missing, that is not finite, or if they differ by no more
 * than the error, so that their order is chance.
 */
export function ranksBeyond(values: readonly number[], noise: number): number[] | undefined {
  const isKnown = values.every(Number.isFinite) && !isConstantWithin(values, noise);
  return isKnown ? [...midranks(values)] : undefined;
}

/**
 * Prepares the ranks of values in samples that repeat some values and leave out others; the values are sorted once for all samples. Returns
 * a function that takes how often each value is drawn, and returns the midrank of each among the drawn values. Its results for values that
 * are not drawn have no meaning. The next call reuses the array.
 */
export function rankDrawn(values: readonly number[]): (counts: Float64Array) => Float64Array {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  return (counts) => {
    let below = 0;
    for (let first = 0, end = 0; first < order.length; first = end) {
      const value = values[order[first]!];
      let tied = 0;
      for (end = first; end < order.length && values[order[end]!] === value; end++) {
        tied += counts[order[end]!]!;
      }
      for (let i = first; i < end; i++) ranks[order[i]!] = below + (tied + 1) / 2;
      below += tied;
    }
    return ranks;
  };
}
