/** Random columns of data sets whose truth is known. */

import { type Random, seededRandom } from "../../../lib/stats/random.ts";

/** Columns with one value per row, drawn for the clusters of a design. */
export class ColumnDraws {
  readonly #random: Random;
  readonly #clusters: readonly number[];
  readonly #count: number;

  constructor(clusters: readonly number[], seed: number) {
    this.#random = seededRandom(seed);
    this.#clusters = clusters;
    this.#count = Math.max(...clusters) + 1;
  }

  /** A standard normal number, by the method of Box and Muller. */
  normal(): number {
    const [u, v] = [this.#random.below(2 ** 31) + 1, this.#random.below(2 ** 31)];
    return Math.sqrt(-2 * Math.log(u / 2 ** 31)) * Math.cos(2 * Math.PI * v / 2 ** 31);
  }

  /** A column that is the same in all rows of a cluster. */
  ofClusters(draw: (cluster: number) => number): number[] {
    const own = Array.from({ length: this.#count }, (_, cluster) => draw(cluster));
    return this.#clusters.map((cluster) => own[cluster]!);
  }

  /** A number from Student's t distribution with three degrees of freedom: heavy tails. */
  heavy(): number {
    const squares = this.normal() ** 2 + this.normal() ** 2 + this.normal() ** 2;
    return this.normal() / Math.sqrt(squares / 3);
  }

  /**
   * Values of which rows of a cluster share a part.
   *
   * @param draw Draws each part. @default {standard normal}
   */
  dependent(icc: number, draw: () => number = () => this.normal()): number[] {
    const shared = this.ofClusters(() => Math.sqrt(icc) * draw());
    return shared.map((value) => value + Math.sqrt(1 - icc) * draw());
  }
}
