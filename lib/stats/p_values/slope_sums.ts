/** What each cluster contributes to a slope. */

import { centre } from "../columns.ts";
import { effectiveClusters } from "../effective_clusters.ts";

/** Sums over the rows of each cluster, by cluster; x and y are centred so that their means over all rows are 0. */
export interface SlopeSums {
  readonly n: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xx: Float64Array;
  readonly xy: Float64Array;
  /** The sum of x^2 over all rows. */
  readonly squares: number;
}

export function slopeSums(
  members: readonly (readonly number[])[],
  feature: readonly number[],
  y: Float64Array,
): SlopeSums {
  const centred = centre(feature);
  const by = (of: (row: number) => number) =>
    Float64Array.from(members, (rows) => rows.reduce((sum, row) => sum + of(row), 0));
  const xx = by((row) => centred[row]! ** 2);
  return {
    n: y.length,
    x: by((row) => centred[row]!),
    y: by((row) => y[row]!),
    xx,
    xy: by((row) => centred[row]! * y[row]!),
    squares: xx.reduce((sum, value) => sum + value, 0),
  };
}

/** The share of y's variance that rows of a cluster are taken to have in common, for the effective number of clusters. */
const SHARED = 0.1;

/**
 * The effective number of clusters that carry a slope (Carter, Schnepel and Steigerwald 2017): of each cluster's share in the slope's
 * variance, if rows of a cluster have a tenth of y's variance in common. It depends on the feature and the clusters only, not on y, so that
 * whether there is a p-value says nothing about the relation.
 */
export function slopeClusters({ x, xx }: Pick<SlopeSums, "x" | "xx">): number {
  return effectiveClusters(xx.map((square, c) => (1 - SHARED) * square + SHARED * x[c]! ** 2));
}

/** The square of the slope's cluster-robust t (CR1, with the factor G / (G - 1) (n - 1) / (n - 2) of G clusters and n rows), with signs for each cluster's y. */
export function squaredT({ n, x, y, xx, xy, squares }: SlopeSums, signs?: Int8Array): number {
  let [mean, slope] = [0, 0];
  for (let cluster = 0; cluster < x.length; cluster++) {
    const sign = signs === undefined ? 1 : signs[cluster]!;
    mean += sign * y[cluster]!;
    slope += sign * xy[cluster]!;
  }
  mean /= n;
  slope /= squares;
  let variance = 0;
  for (let cluster = 0; cluster < x.length; cluster++) {
    const sign = signs === undefined ? 1 : signs[cluster]!;
    const score = sign * xy[cluster]! - mean * x[cluster]! - slope * xx[cluster]!;
    variance += score * score;
  }
  const factor = x.length / (x.length - 1) * (n - 1) / (n - 2);
  return (slope * squares) ** 2 / (factor * variance);
}
