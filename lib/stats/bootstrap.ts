import { checkFinite, checkLength, checkSamples, quantiles, sumOf } from "./columns.ts";
import {
  areEnough,
  effectiveClusters,
  type Estimate,
  finite,
  finiteOf,
  intervalTail,
  withoutBounds,
} from "./estimate.ts";
import { type Random, seededRandom } from "./random.ts";
import { finish, type Steps } from "./steps.ts";

export type { Estimate } from "./estimate.ts";

/** Options of a `ClusterBootstrap`. */
export interface BootstrapOptions {
  /** Decides every draw: a whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** How often the clusters are drawn. @default {2000} */
  readonly samples?: number;
}

/** How a statistic of sums is computed. */
export interface StatisticOptions {
  /** How much each row contributes to the statistic, which decides the effective number of clusters. @default {1 for each} */
  readonly weights?: ArrayLike<number> | undefined;
  /** Takes the statistic of every sample; it is not written if there are no bounds. */
  readonly keep?: Float64Array | undefined;
}

/** Columns whose sums in the samples are kept for those after them: as many as a statistic of a circuit has. */
const RECENT = 8;

interface ColumnSums {
  readonly byCluster: Float64Array;
  readonly total: number;
  bySample?: Float64Array;
}

/**
 * 95 % percentile intervals by drawing whole clusters with replacement (Davison and Hinkley 1997, section 3.8): rows of a cluster,
 * such as those that share a sentence pair or a subject noun, are not independent, so they stay together.
 *
 * The draws are made once, over the clusters in the order of their keys, and serve every statistic of the same rows, so that the
 * order of rows or of calls changes no result beyond rounding.
 *
 * Bounds are quantiles of the samples, interpolated linearly: .025 and .975 for many clusters of similar weights, and further out
 * if a few clusters hold most of the weight, as Student's t is wider than the normal distribution (Hesterberg 2015, section 5.3).
 * With too few effective clusters (see {@linkcode areEnough}) there are no bounds. A cluster's weight is what it adds to the
 * denominator of a mean or ratio, and otherwise its number of rows.
 */
export class ClusterBootstrap implements Disposable {
  readonly #samples: number;
  readonly #clusters: number;
  readonly #clusterOfRow: Int32Array;
  readonly #seed: number;
  #draws: Uint8Array<ArrayBuffer> | undefined; // [clusters, samples]: how often the sample contains the cluster
  readonly #ones: Float64Array; // for means over all rows
  readonly #kept = new WeakMap<ArrayLike<number>, ColumnSums>();
  #spare: Float64Array | undefined; // for statistics of the samples: to allocate one for each estimate takes longer than to compute it
  readonly #tails = new Map<number, number>(); // by effective clusters: Student's quantile is found by search
  #recent: Required<ColumnSums>[] = []; // the columns whose samples were summed last, the newest first

  /** Prepares the samples for all later statistics, by the cluster of every row, e.g. its sentence pair; the first one draws them. */
  constructor(keys: readonly string[], { seed, samples = 2000 }: BootstrapOptions) {
    checkSamples(samples);
    const sorted = [...new Set(keys)].sort();
    const place = new Map(sorted.map((key, index) => [key, index]));
    this.#samples = samples;
    this.#clusters = sorted.length;
    this.#clusterOfRow = Int32Array.from(keys, (key) => place.get(key)!);
    this.#seed = seed;
    seededRandom(seed); // refuses a wrong seed
    this.#ones = this.kept(new Float64Array(keys.length).fill(1));
  }

  /** The number of samples. */
  get samples(): number {
    return this.#samples;
  }

  /** Draws the samples in steps, since a hundred thousand clusters take seconds; without it the first statistic draws them. */
  *draw(): Steps<void> {
    yield* this.#drawn();
  }

  *#drawn(): Steps<Uint8Array> {
    if (this.#draws !== undefined) return this.#draws;
    const random = seededRandom(this.#seed);
    return this.#draws = yield* drawClusters(this.#clusters, this.#samples, random);
  }

  /** Frees the draws at once: 200 MB for a hundred thousand clusters. A later statistic makes the same draws again. */
  [Symbol.dispose](): void {
    this.#draws?.buffer.transfer(0);
    this.#draws = undefined;
  }

  /** Computes the mean of the rows that have a value; it is undefined for those that lack one. */
  mean(values: readonly (number | undefined)[]): Estimate {
    return this.ratio(
      values.map((value) => value ?? 0),
      values.includes(undefined) ? values.map((value) => value === undefined ? 0 : 1) : this.#ones,
    );
  }

  /**
   * Divides the sum of one column by the sum of another: a weighted mean if the numerators are weight times value and the
   * denominators the weights, a ratio of means if they are the two values.
   */
  ratio(numerators: ArrayLike<number>, denominators: ArrayLike<number>): Estimate {
    return this.sums([numerators, denominators])(
      ([above, below]) => above! / below!,
      { weights: denominators },
    );
  }

  /**
   * Sums columns once for several statistics.
   *
   * @param columns Each with one value per row.
   * @returns A function from any statistic of the columns' sums, in their order, to its estimate. A sample for which the statistic is no
   * finite number (a denominator of 0) is left out of the interval.
   */
  sums(
    columns: readonly ArrayLike<number>[],
  ): (of: (sums: readonly number[]) => number, how?: StatisticOptions) => Estimate {
    const summed = columns.map((column) => this.#sumsOf(column));
    const total = summed.map(({ total }) => total);
    return (of, { weights, keep } = {}) => {
      const estimate = finite(of(total));
      const tail = this.tail(weights);
      if (estimate === undefined || tail === undefined) return withoutBounds(estimate);
      const bySample = summed.map((column) => this.#inSamples(column));
      const sums = total.slice();
      const samples = keep ?? this.#array();
      for (let sample = 0; sample < this.#samples; sample++) {
        for (let column = 0; column < sums.length; column++) {
          sums[column] = bySample[column]![sample]!;
        }
        samples[sample] = of(sums);
      }
      return { estimate, ...this.#bounds(samples, tail, keep && this.#array()) };
    };
  }

  /** Sums a column in every sample; the sums must not be changed. */
  inSamples(column: ArrayLike<number>): Float64Array {
    return this.#inSamples(this.#sumsOf(column));
  }

  /** Sums a column once for all statistics that it is passed to. Returns the column, which must not be changed any more. */
  kept(column: Float64Array): Float64Array {
    this.#kept.set(column, this.#sumsOf(column));
    return column;
  }

  #sumsOf(column: ArrayLike<number>): ColumnSums {
    const kept = this.#kept.get(column);
    if (kept !== undefined) return kept;
    const byCluster = this.#clusterSums(column);
    return { byCluster, total: sumOf(byCluster) };
  }

  /** An effect and its share of d often have the same sums or opposite ones, and many shares are of the same d. */
  #inSamples(column: ColumnSums): Float64Array {
    if (column.bySample !== undefined) return column.bySample;
    const bySample = knownSums(column.byCluster, this.#recent) ??
      sampleSums(column.byCluster, finish(this.#drawn()), this.#samples);
    this.#recent = [{ ...column, bySample }, ...this.#recent].slice(0, RECENT);
    return column.bySample = bySample;
  }

  /** The number of equal clusters that would carry as much as those of the rows, by how much each row contributes to a statistic. */
  effectiveClusters(weights: ArrayLike<number>): number {
    return effectiveClusters(this.#sumsOf(weights).byCluster);
  }

  /** The share of samples that an interval leaves out on each side; undefined with too few effective clusters of the rows' weights. */
  tail(weights?: ArrayLike<number>): number | undefined {
    const clusters = this.effectiveClusters(weights ?? this.#ones);
    if (!areEnough(clusters)) return undefined;
    return this.#tails.getOrInsertComputed(clusters, intervalTail);
  }

  #clusterSums(column: ArrayLike<number>): Float64Array {
    checkLength("values", column, this.#clusterOfRow.length);
    checkFinite(column);
    const sums = new Float64Array(this.#clusters);
    for (let row = 0; row < column.length; row++) {
      sums[this.#clusterOfRow[row]!]! += column[row]!;
    }
    return sums;
  }

  /** An array for the statistics of the samples, until {@linkcode #bounds} takes it back. */
  #array(): Float64Array {
    const array = this.#spare ?? new Float64Array(this.#samples);
    this.#spare = undefined;
    return array;
  }

  /** The bounds; `into` is put into another order, by default the samples themselves. */
  #bounds(
    samples: Float64Array,
    tail: number,
    into: Float64Array = samples,
  ): Omit<Estimate, "estimate"> {
    const [low, high] = quantiles(finiteOf(samples, into), [tail, 1 - tail]);
    this.#spare = into;
    return { low, high };
  }
}

/** Samples that are drawn before they are written into the table, so that a draw changes a number in the processor's cache. */
const SAMPLES_AT_ONCE = 64;

/** Draws how often each sample contains each cluster, [clusters, samples]. A byte is enough: a count is 1 on average. */
function* drawClusters(
  clusters: number,
  samples: number,
  random: Random,
): Steps<Uint8Array<ArrayBuffer>> {
  const draws = new Uint8Array(clusters * samples);
  const block = new Uint8Array(SAMPLES_AT_ONCE * clusters); // [samples, clusters]
  for (let first = 0; first < samples; first += SAMPLES_AT_ONCE) {
    yield;
    const some = Math.min(SAMPLES_AT_ONCE, samples - first);
    block.fill(0);
    for (let sample = 0; sample < some; sample++) {
      const from = sample * clusters;
      for (let draw = 0; draw < clusters; draw++) block[from + random.below(clusters)]!++;
    }
    for (let cluster = 0; cluster < clusters; cluster++) {
      const to = cluster * samples + first;
      for (let sample = 0; sample < some; sample++) {
        draws[to + sample] = block[sample * clusters + cluster]!;
      }
    }
  }
  return draws;
}

/**
 * Sums a column in every sample, given how often each contains each cluster, [clusters, samples]. Eight clusters are added in one pass over the
 * samples, which takes a third of the time; each sample adds its clusters in their order, so that the bits are those of one after the other.
 */
export function sampleSums(
  byCluster: Float64Array,
  draws: Uint8Array,
  samples: number,
): Float64Array {
  const sums = new Float64Array(samples);
  const used = [...byCluster.keys()].filter((cluster) => byCluster[cluster] !== 0);
  const drawn = (cluster: number) => draws.subarray(cluster * samples);
  let place = 0;
  for (; place + 8 <= used.length; place += 8) {
    const of = used.slice(place, place + 8);
    const [a, b, c, d, e, f, g, h] = of.map((cluster) => byCluster[cluster]!) as Eight<number>;
    const [inA, inB, inC, inD, inE, inF, inG, inH] = of.map(drawn) as Eight<Uint8Array>;
    for (let i = 0; i < samples; i++) {
      sums[i] = sums[i]! + inA[i]! * a + inB[i]! * b + inC[i]! * c + inD[i]! * d +
        inE[i]! * e + inF[i]! * f + inG[i]! * g + inH[i]! * h;
    }
  }
  for (const cluster of used.slice(place)) {
    const [of, sum] = [drawn(cluster), byCluster[cluster]!];
    for (let i = 0; i < samples; i++) sums[i]! += of[i]! * sum;
  }
  return sums;
}

type Eight<Value> = [Value, Value, Value, Value, Value, Value, Value, Value];

/** The sums of a column that equals a known one or its negative; undefined if it does neither. */
function knownSums(
  byCluster: Float64Array,
  known: readonly { readonly byCluster: Float64Array; readonly bySample: Float64Array }[],
): Float64Array | undefined {
  for (const other of known) {
    const isSign = (sign: number) =>
      byCluster.every((sum, cluster) => sum === sign * other.byCluster[cluster]!);
    if (isSign(1)) return other.bySample;
    if (isSign(-1)) return other.bySample.map((sum) => -sum);
  }
  return undefined;
}
