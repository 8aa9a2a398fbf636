/** Correlations under many permutations; every permutation is drawn once for all features. */

import { checkSamples } from "../columns.ts";
import type { Steps } from "../steps.ts";

/** The units that the values of a feature are assigned to: clusters with all their rows, or single rows. */
export interface Units {
  readonly weights: Float64Array;
  /** Each unit's sum of y, centred so that the mean over all rows is 0. */
  readonly sums: Float64Array;
  /** Square root of the rows' sum of squares of y. */
  readonly norm: number;
}

export interface PermutationDraws {
  readonly permutations: number;
  /** Shuffles an order of the units in place. */
  readonly shuffle: (order: Int32Array) => void;
}

/** Two |r| that differ by no more than this are tied: the rounding error in sums of 1e4 products of this size is smaller. */
const TIE = 1e-12;

/**
 * Computes, a permutation at a step, two-sided p-values of Pearson's r between features of units and y.
 *
 * @param features For each feature, its value for every unit, centred so that the mean over all rows is 0.
 * @returns (1 + permutations with |r*| >= |r|) / (1 + permutations) for each feature; undefined if r is.
 */
export function* permutationPValues(
  features: readonly Float64Array[],
  units: Units,
  { permutations, shuffle }: PermutationDraws,
): Steps<(number | undefined)[]> {
  checkSamples(permutations, "permutations");
  if (features.length === 0) return [];
  const sizes = features.map((feature) => Math.abs(correlate(feature, units)));
  const extremes = new Int32Array(features.length);
  const order = Int32Array.from(units.sums, (_, unit) => unit);
  const weights = new Float64Array(order.length);
  const sums = new Float64Array(order.length);
  const permuted = { weights, sums, norm: units.norm };
  for (let permutation = 0; permutation < permutations; permutation++) {
    yield;
    shuffle(order);
    for (let place = 0; place < order.length; place++) {
      weights[place] = units.weights[order[place]!]!;
      sums[place] = units.sums[order[place]!]!;
    }
    for (let i = 0; i < features.length; i++) {
      if (Math.abs(correlate(features[i]!, permuted)) >= sizes[i]! - TIE) extremes[i]!++;
    }
  }
  return sizes.map((size, i) => {
    return Number.isFinite(size) ? (1 + extremes[i]!) / (1 + permutations) : undefined;
  });
}

function correlate(feature: Float64Array, { weights, sums, norm }: Units): number {
  let n = 0;
  let x = 0;
  let xx = 0;
  let xy = 0;
  for (let unit = 0; unit < feature.length; unit++) {
    const value = feature[unit]!;
    const weight = weights[unit]!;
    n += weight;
    x += weight * value;
    xx += weight * value * value;
    xy += sums[unit]! * value;
  }
  return xy / Math.sqrt(xx - x * x / n) / norm;
}
