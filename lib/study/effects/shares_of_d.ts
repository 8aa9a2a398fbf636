/** What part of d the effects of a table are, with intervals for each and for all at once. */

import type { ClusterBootstrap, Estimate } from "../../stats/bootstrap.ts";
import { withoutBounds } from "../../stats/estimate.ts";
import { LargestDeviations, linearMean } from "../../stats/many.ts";
import { isRounding, signOfD, sizeOfD } from "./noise.ts";

/** What part of d an effect is. */
export interface ShareOfD extends Estimate {
  /** The interval that holds for all effects at once, after all were added. */
  readonly simultaneous: () => Estimate;
}

/**
 * The shares of d that the effects of a group of rows are:
 *
 *     share = sum over rows of sign(d) effect / sum over rows of |d|
 *
 * It is 1 for a part that brings about d in every row, whichever sign d has, where the mean effect of a model that is right in half of
 * the rows is 0. If d has one sign in all rows, it is the ratio of the sums of the effect and of d. Rows without an effect count in
 * neither sum, nor do rows whose d is no more than the rounding error of S, so that its sign says nothing. A share is 0 if no effect
 * exceeds that error, and undefined if no |d| does.
 */
export class SharesOfD {
  readonly #signs: readonly number[];
  readonly #weights: Float64Array;
  readonly #ratios: SimultaneousRatios;

  constructor(bootstrap: ClusterBootstrap, d: readonly number[]) {
    this.#signs = d.map(signOfD);
    this.#weights = bootstrap.kept(Float64Array.from(d, sizeOfD));
    this.#ratios = new SimultaneousRatios(bootstrap);
  }

  /**
   * Adds an effect.
   *
   * @param effects One effect per row, in logits; undefined if it has none.
   */
  add(effects: readonly (number | undefined)[]): ShareOfD {
    const weights = effects.includes(undefined)
      ? this.#weights.map((weight, row) => effects[row] === undefined ? 0 : weight)
      : this.#weights;
    const isIdle = isRounding(effects);
    const parts = new Float64Array(effects.length); // from() takes ten times as long
    if (!isIdle) {
      for (let row = 0; row < parts.length; row++) {
        parts[row] = this.#signs[row]! * (effects[row] ?? 0);
      }
    }
    return this.#ratios.add(parts, weights);
  }
}

/** Ratios of sums over rows, each with its interval and with one that holds for all of them at once. */
export class SimultaneousRatios {
  readonly #bootstrap: ClusterBootstrap;
  readonly #deviations: LargestDeviations;
  readonly #samples: Float64Array;

  constructor(bootstrap: ClusterBootstrap) {
    this.#bootstrap = bootstrap;
    this.#deviations = new LargestDeviations(bootstrap.samples);
    this.#samples = new Float64Array(bootstrap.samples);
  }

  /** Adds the sum of the parts divided by that of the weights, one of each per row; undefined if all weights are 0. */
  add(ofRows: Float64Array, weights: Float64Array): ShareOfD {
    if (weights.every((weight) => weight === 0)) {
      return { ...withoutBounds(undefined), simultaneous: () => withoutBounds(undefined) };
    }
    const parts = this.#bootstrap.kept(ofRows);
    const share = this.#bootstrap.ratio(parts, weights);
    if (share.low === undefined) return { ...share, simultaneous: () => share };
    const linear = linearMean(share.estimate!, weights.reduce((sum, weight) => sum + weight, 0));
    const [sums, totals] = [parts, weights].map((column) => this.#bootstrap.inSamples(column));
    for (let sample = 0; sample < this.#samples.length; sample++) {
      this.#samples[sample] = linear(sums![sample]!, totals![sample]!);
    }
    const clusters = this.#bootstrap.effectiveClusters(weights);
    const cell = this.#deviations.add(share, { samples: this.#samples, clusters });
    return { ...share, simultaneous: () => this.#deviations.interval(cell) };
  }
}
