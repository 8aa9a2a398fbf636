/** Many cells at once: intervals that hold for all of them, and p-values adjusted for their number. */

import { isConstant, quantiles, sumOf } from "./columns.ts";
import { type Estimate, finite, finiteOf, studentReach, withoutBounds } from "./estimate.ts";
import { NegscopeError } from "../errors/errors.ts";
import type { ClusterBootstrap } from "./bootstrap.ts";

/** What an added cell's interval is computed from. */
export interface DeviatingCell {
  /** The estimate with the bounds of its own interval. */
  readonly own: Estimate;
  /** The standard error of the samples; 0 for a constant cell. */
  readonly error: number;
  /** The cell's effective number of clusters. */
  readonly clusters: number;
}

/** The samples of a cell. */
export interface CellSamples {
  /** The statistic of each sample; NaN where it has none, which then does not count. */
  readonly samples: Float64Array;
  /** The effective number of clusters that the cell's rows come from, above 1. */
  readonly clusters: number;
}

/** Samples that differ by less than this share of the estimate are the same except for rounding: sums of 1e4 values lose at most 1e-12. */
const ROUNDING = 1e-12;

/**
 * Collects the cells of a map for simultaneous intervals by the largest deviation (max-t; Montiel Olea and Plagborg-Møller 2019): each
 * cell's estimate and as many standard errors to each side as the largest deviation over all cells has in 95 % of the samples. All cells
 * must come from the same samples, so that their dependence counts. Memory does not grow with the cells.
 *
 * Cells may come from different numbers of clusters: a cell's interval reaches to the quantile of Student's t with the same tail and the
 * cell's own clusters ({@linkcode studentReach}). Means of rows that not all clusters have are added by {@linkcode linearMean}.
 */
export class LargestDeviations {
  readonly #largest: Float64Array;
  readonly #known: Float64Array; // samples that have the statistic, of the cell that is added
  #quantile: number | undefined; // of the largest deviations

  /** Begins without cells, for so many bootstrap samples. */
  constructor(samples: number) {
    this.#largest = new Float64Array(samples);
    this.#known = new Float64Array(samples);
  }

  /**
   * Adds a cell: the statistic of all rows with the bounds of its own interval, that of each sample, and the effective number of clusters.
   * Returns what {@linkcode interval} takes. A constant cell, which no sample deviates from, has the standard error 0.
   */
  add(own: Estimate, { samples, clusters }: CellSamples): DeviatingCell {
    const estimate = own.estimate ?? NaN;
    const values = finiteOf(samples, this.#known);
    if (values.length < 2 || isConstant(values, ROUNDING * Math.abs(estimate))) {
      return { own, clusters, error: 0 };
    }
    const mean = sumOf(values) / values.length;
    const squares = sumOf(values.map((value) => (value - mean) ** 2));
    const error = Math.sqrt(squares / (values.length - 1));
    for (let sample = 0; sample < samples.length; sample++) {
      const deviation = Math.abs(samples[sample]! - estimate) / error;
      if (deviation > this.#largest[sample]!) this.#largest[sample] = deviation;
    }
    this.#quantile = undefined;
    return { own, clusters, error };
  }

  /**
   * The simultaneous interval of a cell, after all cells were added: in 95 % of data sets all of them contain their true values. It contains
   * the cell's own interval; its bounds are undefined if those of that are, or if the largest deviation exceeds 38 standard errors.
   */
  interval({ own, error, clusters }: DeviatingCell): Estimate {
    const { estimate, low, high } = own;
    if (low === undefined || error === 0) return own;
    this.#quantile ??= quantiles(this.#largest.slice(), [0.95])[0]!;
    const reach = error * studentReach(this.#quantile, clusters);
    return {
      estimate,
      low: finite(Math.min(low, estimate! - reach)),
      high: finite(Math.max(high!, estimate! + reach)),
    };
  }
}

/**
 * A weighted mean of a sample, with the weights of the data in the denominator: the mean and the sum of the sample's deviations from
 * it, divided by the weights of all rows. It is about the mean of the sample, but about normal even where rows come from few of the
 * clusters, so that the denominator varies from sample to sample, and defined where a sample has none of these clusters. Takes the mean and
 * the sum of the weights of all rows; returns a function from a sample's sums of weighted values and of weights.
 */
export function linearMean(mean: number, weights: number): (sum: number, weight: number) => number {
  return (sum, weight) => mean + (sum - mean * weight) / weights;
}

/**
 * Adjusts p-values so that rejecting every `q <= alpha` keeps the expected share of false discoveries at or below `alpha`.
 *
 * The step-up procedure of Benjamini and Hochberg (1995), valid for independent or positively dependent tests.
 *
 * @param pValues One p-value per test, in any order; undefined for a test that could not be made, which is not counted.
 * @returns The adjusted values (q-values) in the order of the input, never below the p-value; undefined if that is.
 */
export function falseDiscoveryRate(pValues: readonly number[]): number[];
/** Adjusts p-values if some tests could not be made. */
export function falseDiscoveryRate(
  pValues: readonly (number | undefined)[],
): (number | undefined)[];
export function falseDiscoveryRate(
  pValues: readonly (number | undefined)[],
): (number | undefined)[] {
  const invalid = pValues.findIndex((p) => p !== undefined && !(p >= 0 && p <= 1));
  if (invalid >= 0) {
    throw new NegscopeError("value-wrong", {
      problem: "Cannot adjust p-values as each must be in [0, 1]",
      subject: pValues[invalid]!,
      reason: `value ${invalid} is ${pValues[invalid]}`,
      fix: "leave a missing one undefined",
    });
  }
  const falling = pValues
    .flatMap((p, index) => p === undefined ? [] : [{ p, index }])
    .sort((a, b) => b.p - a.p);
  const adjusted = pValues.map((): number | undefined => undefined);
  let smallest = 1;
  falling.forEach(({ p, index }, fromLargest) => {
    const rank = falling.length - fromLargest;
    smallest = Math.min(smallest, (p * falling.length) / rank); // q must not fall as p rises
    adjusted[index] = smallest;
  });
  return adjusted;
}

/** What part of d an effect is. */
export interface ShareOfD extends Estimate {
  /** The interval that holds for all effects at once, after all were added. */
  readonly simultaneous: () => Estimate;
}

/** Ratios of sums over rows, each with its interval and with one that holds for all of them at once. */
export class SimultaneousRatios {
  readonly #bootstrap: ClusterBootstrap;
  readonly #deviations: LargestDeviations;
  readonly #samples: Float64Array;
  readonly #decisive: Float64Array | undefined;

  /** Begins without ratios; their intervals are as wide as the effective clusters of their weights, or of `decisive` ones, ask for. */
  constructor(bootstrap: ClusterBootstrap, decisive?: Float64Array) {
    this.#bootstrap = bootstrap;
    this.#decisive = decisive;
    this.#deviations = new LargestDeviations(bootstrap.samples);
    this.#samples = new Float64Array(bootstrap.samples);
  }

  /** Adds the sum of the parts divided by that of the weights, one of each per row; undefined if all weights are 0. */
  add(ofRows: Float64Array, weights: Float64Array): ShareOfD {
    if (weights.every((weight) => weight === 0)) {
      return { ...withoutBounds(undefined), simultaneous: () => withoutBounds(undefined) };
    }
    const parts = this.#bootstrap.kept(ofRows);
    const decisive = this.#decisive ?? weights;
    const share = this.#bootstrap.sums([parts, weights])(
      ([sum, of]) => sum! / of!,
      { weights: decisive },
    );
    if (share.low === undefined) return { ...share, simultaneous: () => share };
    const linear = linearMean(share.estimate!, sumOf(weights));
    const [sums, totals] = [parts, weights].map((column) => this.#bootstrap.inSamples(column));
    sums!.forEach((sum, sample) => this.#samples[sample] = linear(sum, totals![sample]!));
    const clusters = this.#bootstrap.effectiveClusters(decisive);
    const cell = this.#deviations.add(share, { samples: this.#samples, clusters });
    return { ...share, simultaneous: () => this.#deviations.interval(cell) };
  }
}
