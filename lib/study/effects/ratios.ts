/** Ratios of sums over rows with intervals, each alone and all at once. */

import type { ClusterBootstrap, Estimate } from "../../stats/bootstrap.ts";
import { withoutBounds } from "../../stats/estimate.ts";
import { LargestDeviations, linearMean } from "../../stats/many.ts";

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
    const linear = linearMean(share.estimate!, weights.reduce((sum, weight) => sum + weight, 0));
    const [sums, totals] = [parts, weights].map((column) => this.#bootstrap.inSamples(column));
    sums!.forEach((sum, sample) => this.#samples[sample] = linear(sum, totals![sample]!));
    const clusters = this.#bootstrap.effectiveClusters(decisive);
    const cell = this.#deviations.add(share, { samples: this.#samples, clusters });
    return { ...share, simultaneous: () => this.#deviations.interval(cell) };
  }
}
