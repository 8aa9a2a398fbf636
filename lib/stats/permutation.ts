/** Permutation tests of correlations whose rows come in clusters. */

import { NegscopeError } from "../errors.ts";
import { blockShuffle, shuffleRange } from "./block_shuffle.ts";
import { centre, checkColumns, isConstant, norm } from "./columns.ts";
import { permutationPValues } from "./permuted_correlation.ts";
import { seededRandom } from "./random.ts";
import { finish, type Steps } from "./steps.ts";

/** Options of {@linkcode testClusterFeatures}. */
export interface PermutationOptions {
  /** The cluster of every row, e.g. its sentence pair. */
  readonly clusters: readonly string[];
  /** Decides every permutation: a whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** The number of permutations. @default {9999} */
  readonly permutations?: number;
}

/** Options of {@linkcode testRowFeatures}. */
export interface RowPermutationOptions extends PermutationOptions {
  /** A key of every row, e.g. its id, unique within its cluster; draws go over the rows in the order of their keys. */
  readonly rows: readonly string[];
}

const PERMUTATIONS = 9999;

/**
 * Tests whether features that all rows of a cluster share correlate with y.
 *
 * The clusters keep their y and exchange their features, regardless of their sizes. The null hypothesis is therefore that
 * features are exchangeable between clusters: independent of y and of the number of rows. Dependence of y within a cluster does
 * not matter.
 *
 * Permutations are drawn over the clusters in the order of their keys, and each permutation serves all features, so that neither
 * the order of the rows nor the other features change a p-value.
 *
 * @param features Columns with one value per row.
 * @param y One value per row.
 * @param options Clusters, seed and number of permutations.
 * @returns For each feature the two-sided p-value of Pearson's r, (1 + permutations with |r*| >= |r|) / (1 + permutations);
 * undefined if r is (see {@linkcode pearson}).
 * @throws {NegscopeError} If a column or the clusters do not have one entry per row, a value is not finite, a feature differs
 * within a cluster, or an option is outside its range.
 */
export function testClusterFeatures(
  features: readonly (readonly number[])[],
  y: readonly number[],
  options: PermutationOptions,
): (number | undefined)[] {
  return finish(clusterFeatureSteps(features, y, options));
}

/**
 * Tests features as {@linkcode testClusterFeatures} does, in steps: many clusters take minutes.
 *
 * @param features Columns with one value per row.
 * @param y One value per row.
 * @param options Clusters, seed and number of permutations.
 */
export function* clusterFeatureSteps(
  features: readonly (readonly number[])[],
  y: readonly number[],
  { clusters, seed, permutations = PERMUTATIONS }: PermutationOptions,
): Steps<(number | undefined)[]> {
  checkColumns([y, ...features]);
  checkKeys(clusters, y);
  const rowsOf = Map.groupBy(y.keys(), (row) => clusters[row]!);
  yield;
  const members = [...rowsOf.keys()].sort().map((key) => rowsOf.get(key)!);
  features.forEach((feature, i) => {
    const mixed = members.find(([first, ...rest]) =>
      rest.some((row) => feature[row] !== feature[first!])
    );
    if (mixed !== undefined) {
      const cluster = clusters[mixed[0]!]!;
      throw new NegscopeError("feature-varies-in-cluster", {
        problem: `Cannot shuffle feature ${i} among clusters`,
        subject: cluster,
        reason: `it differs between the rows of "${cluster}"`,
        fix: "shuffle it among rows with testRowFeatures()",
      });
    }
  });
  const centredY = centre(y);
  const units = {
    weights: Float64Array.from(members, (rows) => rows.length),
    sums: Float64Array.from(members, (rows) => rows.reduce((sum, row) => sum + centredY[row]!, 0)),
    norm: norm(centredY),
  };
  const random = seededRandom(seed);
  return yield* testVarying(features, y, (varying) => {
    const values = varying.map((feature) => {
      const centred = centre(feature);
      return Float64Array.from(members, ([first]) => centred[first!]!);
    });
    const shuffle = (order: Int32Array) =>
      shuffleRange(order, { from: 0, to: order.length, random });
    return permutationPValues(values, units, { permutations, shuffle });
  });
}

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
 * @returns For each feature the two-sided p-value of Pearson's r, as from {@linkcode testClusterFeatures}.
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
  checkKeys(clusters, y);
  checkKeys(rows, y);
  const order = [...y.keys()].sort((a, b) => {
    return compare(clusters[a]!, clusters[b]!) || compare(rows[a]!, rows[b]!);
  });
  const ordered = (column: readonly number[]) => centre(order.map((row) => column[row]!));
  const sums = ordered(y);
  const units = { weights: sums.map(() => 1), sums, norm: norm(sums) };
  const shuffle = blockShuffle(order.map((row) => clusters[row]!), seededRandom(seed));
  return yield* testVarying(features, y, (varying) => {
    return permutationPValues(varying.map(ordered), units, { permutations, shuffle });
  });
}

/** Tests only the features whose r is defined, and puts the p-values into their places. */
function* testVarying(
  features: readonly (readonly number[])[],
  y: readonly number[],
  test: (varying: readonly (readonly number[])[]) => Steps<readonly (number | undefined)[]>,
): Steps<(number | undefined)[]> {
  const defined = y.length >= 3 && !isConstant(y);
  const varying = features.filter((feature) => defined && !isConstant(feature));
  const pValues = new Map((yield* test(varying)).map((p, i) => [varying[i]!, p]));
  return features.map((feature) => pValues.get(feature));
}

function checkKeys(keys: readonly string[], y: readonly number[]): void {
  if (keys.length !== y.length) {
    throw new NegscopeError("column-lengths-differ", {
      problem: `Cannot permute ${y.length} rows with ${keys.length} keys`,
      subject: keys.length,
      expected: "one key of each kind per row",
    });
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
