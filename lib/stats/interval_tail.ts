/** The share of samples that an interval leaves out if there are few clusters. */

// @ts-types="./jstat.d.ts"
import jstat from "jstat";

/**
 * Computes the share of bootstrap samples to leave out on each side of an interval.
 *
 * With few clusters, intervals from plain quantiles are too short, as with a normal quantile and the biased standard deviation.
 * This share is the one that gives a normal sample Student's interval: Phi(-sqrt(G / (G - 1)) t), with G - 1 degrees of freedom
 * (the expanded percentile interval of Hesterberg 2015).
 *
 * @param clusters G, the effective number of clusters, above 1; see {@linkcode effectiveClusters}.
 * @param level The intended share of data sets whose interval contains the true value.
 * @returns A share below (1 - level) / 2, and near it with many clusters.
 */
export function intervalTail(clusters: number, level: number): number {
  const t = jstat.studentt.inv((1 + level) / 2, clusters - 1);
  return jstat.normal.cdf(-t * Math.sqrt(clusters / (clusters - 1)), 0, 1);
}
