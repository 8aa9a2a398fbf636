/** Intervals that hold for many cells at once. */

import { isConstantWithin } from "./columns.ts";
import { quantile } from "./quantile.ts";
// @ts-types="./jstat.d.ts"
import jstat from "jstat";

/** The bounds of an interval. */
export interface Bounds {
  /** Lower bound. */
  readonly low: number;
  /** Upper bound. */
  readonly high: number;
}

/**
 * Collects the cells of a map for simultaneous intervals by the largest deviation (max-t; Montiel Olea and Plagborg-Møller 2019): each
 * cell's estimate and as many standard errors to each side as the largest deviation over all cells has in 95 % of the samples. All cells
 * must come from the same samples, so that their dependence counts. Memory does not grow with the cells.
 */
export class LargestDeviations {
  readonly #largest: Float64Array;

  /**
   * Begins without cells.
   *
   * @param samples The number of bootstrap samples.
   */
  constructor(samples: number) {
    this.#largest = new Float64Array(samples);
  }

  /**
   * Adds a cell.
   *
   * @param estimate The statistic of all rows.
   * @param samples The statistic of each sample; NaN where it has none, which then does not count.
   * @returns The standard error, and 0 for a constant cell, which no sample deviates from.
   */
  add(estimate: number, samples: Float64Array): number {
    const finite = samples.filter(Number.isFinite);
    if (finite.length < 2 || isConstantWithin([...finite], 0)) return 0;
    const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
    const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const error = Math.sqrt(squares / (finite.length - 1));
    samples.forEach((value, sample) => {
      const deviation = Math.abs(value - estimate) / error;
      if (deviation > this.#largest[sample]!) this.#largest[sample] = deviation;
    });
    return error;
  }

  /**
   * How many standard errors the intervals of all added cells reach to each side: the largest deviation that as many samples as the level
   * says stay within, and further with few clusters, by as much as Student's t is wider than the normal distribution there.
   *
   * @param clusters The effective number of clusters, above 1.
   * @param level The intended share of data sets whose intervals all contain their true values. @default {0.95}
   */
  reach(clusters: number, level = 0.95): number {
    const largest = quantile(this.#largest.toSorted(), level)!;
    const below = jstat.normal.cdf(largest, 0, 1);
    return jstat.studentt.inv(below, clusters - 1) * Math.sqrt(clusters / (clusters - 1));
  }
}
