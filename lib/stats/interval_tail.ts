/** The share of samples that an interval leaves out if a few clusters hold most of the rows. */

// @ts-types="./jstat.d.ts"
import jstat from "jstat";

/**
 * Computes the share of bootstrap samples to leave out on each side of an interval.
 *
 * With few clusters, intervals from plain quantiles are too short, as with a normal quantile and the biased standard deviation.
 * This share is the one that gives a normal sample Student's interval: Phi(-sqrt(G / (G - 1)) t), with G - 1 degrees of freedom
 * (the expanded percentile interval of Hesterberg 2015). G is the number of equal-sized clusters with as much information as
 * these, (sum of sizes)^2 / (sum of squares): about 4 for one cluster of 44 rows and 44 clusters of one row.
 *
 * @param sizes The number of rows of each cluster, for at least two clusters.
 * @param level The intended share of data sets whose interval contains the true value.
 * @returns A share below (1 - level) / 2, and near it with many clusters.
 */
export function intervalTail(sizes: readonly number[], level: number): number {
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const squares = sizes.reduce((sum, size) => sum + size ** 2, 0);
  const clusters = rows ** 2 / squares;
  const t = jstat.studentt.inv((1 + level) / 2, clusters - 1);
  return jstat.normal.cdf(-t * Math.sqrt(clusters / (clusters - 1)), 0, 1);
}
