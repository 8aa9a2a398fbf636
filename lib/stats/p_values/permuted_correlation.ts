/** Correlations under many permutations of y; every permutation is drawn once for all features. */

import { checkSamples, norm } from "../columns.ts";
import { innerProduct } from "../inner_product.ts";
import type { Steps } from "../steps.ts";

/** Two |r| that differ by no more than this are tied: the rounding error in sums of 1e4 products of this size is smaller. */
const TIE = 1e-12;

/**
 * Computes, a permutation at a step, two-sided p-values of Pearson's r between features and y.
 *
 * @param features One value per row, centred.
 * @param y One value per row, centred.
 * @param draws The number of permutations, and what shuffles an order of the rows in place.
 * @returns (1 + permutations with |r*| >= |r|) / (1 + permutations) for each feature; undefined if r is.
 */
export function* permutationPValues(
  features: readonly Float64Array[],
  y: Float64Array,
  { permutations, shuffle }: {
    readonly permutations: number;
    readonly shuffle: (order: Int32Array) => void;
  },
): Steps<(number | undefined)[]> {
  checkSamples(permutations, "permutations");
  if (features.length === 0) return [];
  const lengths = features.map(spread);
  const lengthOfY = norm(y);
  const sizeOf = (i: number, y: Float64Array) =>
    Math.abs(innerProduct(y, features[i]!) / lengths[i]! / lengthOfY);
  const sizes = features.map((_, i) => sizeOf(i, y));
  const extremes = new Int32Array(features.length);
  const order = Int32Array.from(y, (_, row) => row);
  const permuted = new Float64Array(order.length);
  for (let permutation = 0; permutation < permutations; permutation++) {
    yield;
    shuffle(order);
    for (let place = 0; place < order.length; place++) permuted[place] = y[order[place]!]!;
    for (let i = 0; i < features.length; i++) {
      if (sizeOf(i, permuted) >= sizes[i]! - TIE) extremes[i]!++;
    }
  }
  return sizes.map((size, i) => {
    return Number.isFinite(size) ? (1 + extremes[i]!) / (1 + permutations) : undefined;
  });
}

/** The root of a column's sum of squares about its mean. */
function spread(column: Float64Array): number {
  let [sum, squares] = [0, 0];
  for (const value of column) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(squares - sum * sum / column.length);
}
