/** Permutation tests of correlations whose rows come in clusters. */

import { blockShuffle } from "./block_shuffle.ts";
import { centre, checkColumns, checkLength, isConstant } from "../columns.ts";
import { permutationPValues } from "./permuted_correlation.ts";
import { seededRandom } from "../random.ts";
import { finish, type Steps } from "../steps.ts";

/** Options of {@linkcode testRowFeatures}. */
export interface RowPermutationOptions {
  /** The cluster of every row, e.g. its sentence pair. */
  readonly clusters: readonly string[];
  /** Decides every permutation: a whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** The number of permutations. @default {9999} */
  readonly permutations?: number;
  /** A key of every row, e.g. its id, unique within its cluster; draws go over the rows in the order of their keys. */
  readonly rows: readonly string[];
}

const PERMUTATIONS = 9999;

/**
 * Tests whether features that differ between the rows of a cluster correlate with y.
 *
 * A permutation consists of two shuffles: clusters with the same number of rows exchange all their features, and the features
 * within each cluster are shuffled among its rows. The null hypothesis is therefore that clusters of equal size are exchangeable
 * as wholes, and the rows of a cluster among themselves, such as the images of one sentence pair that differ only by chance
 * (whole-block and within-block exchangeability, Winkler et al. 2015). What the rows of a cluster have in common stays in common.
 * A cluster of unique size is only shuffled within.
 *
 * Permutations are drawn over clusters and rows in the order of their keys, and each permutation serves all features.
 *
 * @param features Columns with one value per row.
 * @param y One value per row.
 * @param options Clusters, rows, seed and number of permutations.
 * @returns For each feature the two-sided p-value of Pearson's r, (1 + permutations with |r*| >= |r|) / (1 + permutations);
 * undefined if r is (see {@linkcode pearson}).
 * @throws {NegscopeError} If a column, the clusters or the rows' keys do not have one entry per row, a value is not finite, or an
 * option is outside its range.
 */
export function testRowFeatures(
  features: readonly (readonly number[])[],
  y: readonly number[],
  options: RowPermutationOptions,
): (number | undefined)[] {
  return finish(rowFeatureSteps(features, y, options));
}

/**
 * Tests features as {@linkcode testRowFeatures} does, in steps: many rows take minutes.
 *
 * @param features Columns with one value per row.
 * @param y One value per row.
 * @param options Clusters, rows, seed and number of permutations.
 */
export function* rowFeatureSteps(
  features: readonly (readonly number[])[],
  y: readonly number[],
  { clusters, rows, seed, permutations = PERMUTATIONS }: RowPermutationOptions,
): Steps<(number | undefined)[]> {
  checkColumns([y, ...features]);
  checkLength("clusters", clusters, y.length);
  checkLength("keys", rows, y.length);
  const order = [...y.keys()].sort((a, b) => {
    return compare(clusters[a]!, clusters[b]!) || compare(rows[a]!, rows[b]!);
  });
  const ordered = (column: readonly number[]) => centre(order.map((row) => column[row]!));
  const shuffle = blockShuffle(order.map((row) => clusters[row]!), seededRandom(seed));
  const isDefined = y.length >= 3 && !isConstant(y);
  const varying = features.filter((feature) => isDefined && !isConstant(feature));
  const draws = { permutations, shuffle };
  const pValues = yield* permutationPValues(varying.map(ordered), ordered(y), draws);
  const byFeature = new Map(pValues.map((p, i) => [varying[i]!, p]));
  return features.map((feature) => byFeature.get(feature));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
