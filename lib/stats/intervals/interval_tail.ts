/** How much wider intervals are if there are few clusters. */

// @ts-types="../jstat.d.ts"
import jstat from "jstat";

/**
 * Computes the share of bootstrap samples to leave out on each side of an interval.
 *
 * With few clusters, intervals from plain quantiles are too short, as with a normal quantile and the biased standard deviation. This share
 * is the one that gives a normal sample Student's interval: Phi(-sqrt(G / (G - 1)) t), with G - 1 degrees of freedom (the expanded
 * percentile interval of Hesterberg 2015).
 *
 * @param clusters G, the effective number of clusters, above 1; see {@linkcode effectiveClusters}.
 * @returns A share below (1 - level) / 2, and near it with many clusters.
 */
export function intervalTail(clusters: number, level: number): number {
  const t = jstat.studentt.inv((1 + level) / 2, clusters - 1);
  return normalTail(t * Math.sqrt(clusters / (clusters - 1)));
}

/**
 * How far an interval reaches with few clusters where it would reach z standard errors with very many: sqrt(G / (G - 1)) times the t with
 * the tail of z, with G - 1 degrees of freedom. {@linkcode intervalTail} widens an interval by as much.
 *
 * @param clusters G, the effective number of clusters, above 1.
 * @returns Standard errors of the bootstrap's samples; infinite if z is above 38, whose tail is below the least number.
 */
export function studentReach(z: number, clusters: number): number {
  const t = -jstat.studentt.inv(normalTail(z), clusters - 1);
  return t * Math.sqrt(clusters / (clusters - 1));
}

/** The depth of the continued fraction: from z = 5 on it has converged to the rounding error. */
const DEPTH = 100;

/**
 * The probability that a standard normal number exceeds z, with a relative error below 1e-8 however small it is. jstat's own loses digits
 * to 1 - erf and is 0 from 8.3 on, so that Laplace's continued fraction takes its place from 5 on (Abramowitz and Stegun 1964, 26.2.14).
 */
export function normalTail(z: number): number {
  if (z < 5) return jstat.normal.cdf(-z, 0, 1);
  let fraction = z;
  for (let k = DEPTH; k >= 1; k--) fraction = z + k / fraction;
  return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) / fraction;
}

/** The mean of some values, and half the widths of Student's intervals around it. */
export interface StudentIntervals {
  readonly mean: number;
  /** That for the true mean. */
  readonly ofMean: number;
  /** That for one more value from the same distribution. */
  readonly ofNext: number;
}

export function studentIntervals(values: readonly number[], level = 0.95): StudentIntervals {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = jstat.studentt.inv((1 + level) / 2, n - 1) * Math.sqrt(squares / (n - 1));
  return { mean, ofMean: reach * Math.sqrt(1 / n), ofNext: reach * Math.sqrt(1 + 1 / n) };
}
