/** How much of the samples an interval leaves out, where few clusters hold most of the rows. */

// @ts-types="./jstat.d.ts"
import jstat from "jstat";

/**
 * The share of bootstrap samples to leave out on each side of an interval.
 *
 * Plain quantiles make intervals of few clusters too short, as a normal quantile with the biased standard deviation would. The share is
 * the one at which a normal sample's interval is Student's: Phi(-sqrt(G / (G - 1)) t), with G - 1 degrees of freedom (the expanded percentile
 * interval of Hesterberg 2015). G is the number of clusters of one size that tell as much as these, (sum of sizes)^2 / (sum of squares): where one
 * cluster of 44 rows stands beside 44 single ones, about 4.
 *
 * @param sizes Rows of each of two clusters or more.
 * @param level The share of data sets whose interval is to hold the truth.
 * @returns Below (1 - level) / 2, and near it where there are many clusters.
 */
export function intervalTail(sizes: readonly number[], level: number): number {
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const squares = sizes.reduce((sum, size) => sum + size ** 2, 0);
  const clusters = rows ** 2 / squares;
  const t = jstat.studentt.inv((1 + level) / 2, clusters - 1);
  return jstat.normal.cdf(-t * Math.sqrt(clusters / (clusters - 1)), 0, 1);
}
