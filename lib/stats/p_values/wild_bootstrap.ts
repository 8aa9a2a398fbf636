/** Tests of slopes whose rows come in clusters. */

import { centre, checkColumns, checkLength, checkSamples, isConstant } from "../columns.ts";
import { areEnough } from "../effective_clusters.ts";
import { slopeClusters, slopeSums, squaredT } from "./slope_sums.ts";
import { seededRandom } from "../random.ts";
import { allSigns, drawnSigns } from "./signs.ts";
import { finish, type Steps } from "../steps.ts";

/** Options of {@linkcode testClusterFeatures}. */
export interface WildBootstrapOptions {
  /** The cluster of every row, e.g. its sentence pair. */
  readonly clusters: readonly string[];
  /** Decides every draw: a whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** The number of draws; if there are no more different ones than this, each is made once. @default {9999} */
  readonly samples?: number;
}

const SAMPLES = 9999;

/** Two t^2 that differ by no more than this share are tied: only the rounding of sums over clusters sets them apart. */
const TIE = 1e-9;

/**
 * Tests whether features go with y where rows of a cluster are dependent, such as the rows of a sentence pair.
 *
 * The wild cluster bootstrap-t with the null hypothesis imposed (Cameron, Gelbach and Miller 2008): y without a slope is its mean plus a
 * residual for each row; a draw multiplies all residuals of a cluster by +1 or -1 (Rademacher); the p-value is the share of draws
 * whose cluster-robust t of the slope (CR1) is at least as far from 0 as that of the data. The slope is 0 exactly if Pearson's r is.
 * It assumes that clusters are independent of each other. Rows of a cluster may depend on each other in any way, clusters may differ in
 * size, and a feature may go with the size; a permutation of the features among clusters would not hold then.
 *
 * A test cannot hold where a few clusters carry the slope: with too few effective clusters (see {@linkcode slopeClusters}) there is no
 * p-value.
 *
 * Signs are drawn over the clusters in the order of their keys, and each draw serves all features, so that neither the order of the
 * rows nor the other features change a p-value.
 *
 * @param features Columns with one value per row.
 * @param y One value per row.
 * @param options Clusters, seed and number of draws.
 * @returns For each feature the two-sided p-value of the slope and of Pearson's r: (1 + draws with |t*| >= |t|) / (1 + draws), or the
 * share of all sign vectors if they are no more than the draws. Undefined if r is (see {@linkcode pearson}) or with too few clusters.
 * @throws {NegscopeError} If a column or the clusters do not have one entry per row, a value is not finite, or an option is outside
 * its range.
 */
export function testClusterFeatures(
  features: readonly (readonly number[])[],
  y: readonly number[],
  options: WildBootstrapOptions,
): (number | undefined)[] {
  return finish(clusterFeatureSteps(features, y, options));
}

/**
 * Tests features as {@linkcode testClusterFeatures} does, in steps: many clusters take minutes.
 *
 * @param features Columns with one value per row.
 * @param y One value per row.
 * @param options Clusters, seed and number of draws.
 */
export function* clusterFeatureSteps(
  features: readonly (readonly number[])[],
  y: readonly number[],
  { clusters, seed, samples = SAMPLES }: WildBootstrapOptions,
): Steps<(number | undefined)[]> {
  checkColumns([y, ...features]);
  checkLength("clusters", clusters, y.length);
  checkSamples(samples);
  const rowsOf = Map.groupBy(y.keys(), (row) => clusters[row]!);
  yield;
  const members = [...rowsOf.keys()].sort().map((key) => rowsOf.get(key)!);
  const residuals = centre(y);
  const isTestable = y.length >= 3 && !isConstant(y);
  const tests = features.map((feature) => {
    if (!isTestable || isConstant(feature)) return undefined;
    const sums = slopeSums(members, feature, residuals);
    return areEnough(slopeClusters(sums)) ? { sums, size: squaredT(sums), extremes: 0 } : undefined;
  });
  const made = tests.filter((test) => test !== undefined);
  if (made.length === 0) return tests.map(() => undefined);
  const random = seededRandom(seed);
  const all = 2 ** (members.length - 1); // a vector and its opposite give the same |t|
  const isExact = all <= samples;
  const draws = isExact ? allSigns(members.length) : drawnSigns(members.length, samples, random);
  for (const signs of draws) {
    yield;
    for (const test of made) {
      if (squaredT(test.sums, signs) >= test.size * (1 - TIE)) test.extremes++;
    }
  }
  return tests.map((test) => {
    if (test === undefined || Number.isNaN(test.size)) return undefined;
    return isExact ? test.extremes / all : (1 + test.extremes) / (1 + samples);
  });
}
