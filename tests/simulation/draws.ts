/** Random columns of data sets whose truth is known. */

import { type Random, seededRandom } from "../../lib/stats/random.ts";

export interface Design {
  readonly name: string;
  readonly sizes: readonly number[];
}

/** The rows of each sentence pair in the two sides of rephrased VALSE (Parcalabescu et al. 2022; 490 rows), counted by size. */
export const VALSE: readonly Design[] = [
  design("VALSE, foil-negated", { 1: 174, 2: 14, 3: 8, 4: 2, 6: 1 }),
  design("VALSE, caption-negated", {
    1: 75,
    2: 4,
    3: 7,
    4: 3,
    5: 1,
    7: 3,
    9: 1,
    18: 2,
    19: 1,
    44: 1,
  }),
];

export function equalClusters(clusters: number, size: number): Design {
  return design(`${clusters} clusters of ${size} ${size === 1 ? "row" : "rows"}`, {
    [size]: clusters,
  });
}

/** Clusters of unequal sizes: 14.5 effective ones by their rows. */
export const UNEQUAL: Design = design("20 clusters of 1 to 6 rows", {
  1: 7,
  2: 5,
  3: 3,
  4: 2,
  5: 2,
  6: 1,
});

export function threes(...counts: readonly number[]): Design[] {
  return counts.map((clusters) => equalClusters(clusters, 3));
}

export function clusterOfRow({ sizes }: Design): number[] {
  return sizes.flatMap((size, cluster) => new Array<number>(size).fill(cluster));
}

function design(name: string, counts: Readonly<Record<number, number>>): Design {
  const sizes = Object.entries(counts)
    .flatMap(([size, n]) => new Array<number>(n).fill(Number(size)));
  return { name, sizes };
}

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
    const values = Array.from({ length: this.#count }, (_, cluster) => draw(cluster));
    return this.#clusters.map((cluster) => values[cluster]!);
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
