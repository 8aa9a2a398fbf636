/** Differences between two runs on the same rows, paired row by row: of means, of accuracies, and of shares of d. */

import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { mcnemar, pairedShareDifference } from "../../stats/share.ts";
import { LargestDeviations } from "../../stats/many.ts";
import { SCORE_NOISE } from "../../study/effects/noise.ts";
import type { EstimateColumn, KeyCells } from "../../tables/estimates.ts";
import { IndexedRows, type RatioParts, type RowsOfRun, type RowSums } from "./rows_of_run.ts";

/** Bounds are undefined with too few clusters. */
export interface PairedDifference extends Omit<Estimate, "estimate"> {
  /** Whether no row differs by more than rounding. */
  readonly isNone: boolean;
  /** Of accuracies: rows that one run has more right than the other, and McNemar's test of them. */
  readonly discordance?: {
    readonly only_first: number;
    readonly only_second: number;
    readonly p_value: number;
  };
  /** The interval that holds for all differences of the same family at once, after all were added. */
  readonly simultaneous?: () => Omit<Estimate, "estimate">;
}

/** The second ratio minus the first, in samples of clusters, of which those with the fewer effective clusters decide the width. */
export function ratioDifference(
  bootstrap: ClusterBootstrap,
  a: RatioParts,
  b: RatioParts,
): Estimate {
  return bootstrap.sums([a.parts, a.weights, b.parts, b.weights])(
    ([partsOfA, ofA, partsOfB, ofB]) => partsOfB! / ofB! - partsOfA! / ofA!,
    { weights: fewer(bootstrap, a.weights, b.weights) },
  );
}

/** Those of two weights that come from fewer effective clusters. */
function fewer(bootstrap: ClusterBootstrap, a: readonly number[], b: readonly number[]) {
  return bootstrap.effectiveClusters(b) < bootstrap.effectiveClusters(a) ? b : a;
}

/** The most rows whose samples are kept at a time. */
const MOST_ROWS = 150_000;

/** Differences of two runs, over samples of the first run's clusters. */
export class PairedRows {
  readonly #runs: readonly [IndexedRows, IndexedRows];
  readonly #seed: number;
  readonly #isOneKindOfCluster: boolean;
  readonly #bootstraps = new Map<
    string,
    { readonly rows: number; readonly bootstrap: ClusterBootstrap }
  >();

  /** Pairs the rows of two runs; the samples of the intervals are drawn with a seed. */
  constructor(first: RowsOfRun, second: RowsOfRun, seed: number) {
    this.#runs = [new IndexedRows(first), new IndexedRows(second)];
    this.#isOneKindOfCluster = (first.cluster ?? "pair") === (second.cluster ?? "pair");
    this.#seed = seed;
  }

  /** How many rows with scores each run has, and how many both. */
  get counts(): { readonly first: number; readonly second: number; readonly shared: number } {
    const [first, second] = this.#runs.map(({ rows }) =>
      new Set(rows.values().map(({ text }) => text))
    ) as [Set<string>, Set<string>];
    return { first: first.size, second: second.size, shared: first.intersection(second).size };
  }

  /** Begins a family of differences, which get simultaneous intervals. */
  family(): LargestDeviations {
    return new LargestDeviations(this.#bootstrapOf([...this.#runs[0].rows.keys()]).samples);
  }

  /**
   * The difference of a mean, an accuracy or a share of d. Undefined if the estimate is not over the same rows in both runs, or does not follow
   * from them.
   *
   * @param values Both estimates.
   * @param family The family that it belongs to.
   */
  difference(
    column: EstimateColumn,
    keys: KeyCells,
    values: readonly [number, number],
    family?: LargestDeviations,
  ): PairedDifference | undefined {
    const [one, second] = this.#runs.map((run, i) => run.sums(column, keys, values[i]!));
    const other = one && second && this.#inOrderOf(one, second);
    if (one === undefined || other === undefined) return undefined;
    const isAccuracy = column.meanOf?.above !== undefined;
    const most = column.meanOf === undefined || isAccuracy ? SCORE_NOISE : column.noise ?? 0;
    const isNone = areNear(one.values, other.values, most) &&
      areNear(one.parts, other.parts, most) && areNear(one.weights, other.weights, most);
    const none = { low: 0, high: 0, isNone: true };
    if (isAccuracy) {
      const [hits, hitsOfOther] = [one.parts, other.parts];
      const clusters = this.#clustersOf(one.ids);
      const { onlyFirst, onlySecond, pValue } = mcnemar(hits, hitsOfOther, clusters);
      const discordance = { only_first: onlyFirst, only_second: onlySecond, p_value: pValue };
      const { low, high } = isNone ? none : pairedShareDifference(hits, hitsOfOther, { clusters });
      return { low, high, isNone, discordance };
    }
    if (isNone) return { ...none, ...family && { simultaneous: () => none } };
    const bootstrap = this.#bootstrapOf(one.ids);
    const isMean = [one, other].every(({ weights }) => weights.every((weight) => weight === 1));
    const own = isMean
      ? bootstrap.mean(other.parts.map((part, row) => part - one.parts[row]!))
      : ratioDifference(bootstrap, one, other);
    return {
      ...{ low: own.low, high: own.high, isNone },
      ...family && own.low !== undefined &&
        { simultaneous: this.#added(one, other, own, family) },
    };
  }

  /** The second run's sums in the order of the first's rows; undefined if they are of other rows. */
  #inOrderOf(one: RowSums, other: RowSums): RowSums | undefined {
    const [first, second] = this.#runs;
    if (!this.#isOneKindOfCluster || one.ids.length !== other.ids.length) return undefined;
    const places = new Map(other.ids.map((id, place) => [id, place]));
    const isSame = (id: string) =>
      places.has(id) && first.rows.get(id)!.text === second.rows.get(id)!.text;
    if (!one.ids.every(isSame)) return undefined;
    const inOrder = (values: readonly number[]) => one.ids.map((id) => values[places.get(id)!]!);
    return {
      ids: one.ids,
      values: inOrder(other.values),
      parts: inOrder(other.parts),
      weights: inOrder(other.weights),
    };
  }

  /**
   * Adds a difference to a family. Its samples are drawn over all rows, as those of every other cell are, and weights stay those of the data, as in
   * `linearMean`: so the difference deviates by what the drawn rows add to it.
   */
  #added(one: RowSums, other: RowSums, own: Estimate, family: LargestDeviations) {
    const all = [...this.#runs[0].rows.keys()];
    const bootstrap = this.#bootstrapOf(all);
    const addedBy = ({ parts, weights }: RatioParts) => {
      const weight = weights.reduce((sum, each) => sum + each, 0);
      const ratio = parts.reduce((sum, part) => sum + part, 0) / weight;
      return parts.map((part, row) => (part - ratio * weights[row]!) / weight);
    };
    const [ofOne, ofOther] = [addedBy(one), addedBy(other)];
    const places = new Map(one.ids.map((id, row) => [id, row]));
    const overAll = (of: (row: number) => number) =>
      Float64Array.from(all, (id) => places.has(id) ? of(places.get(id)!) : 0);
    const deviations = bootstrap.inSamples(overAll((row) => ofOther[row]! - ofOne[row]!));
    const clusters = Math.min(
      ...[one, other].map(({ weights }) =>
        bootstrap.effectiveClusters(overAll((row) => weights[row]!))
      ),
    );
    const samples = deviations.map((deviation) => own.estimate! + deviation);
    const cell = family.add(own, { samples, clusters });
    return () => family.interval(cell);
  }

  #clustersOf(ids: readonly string[]): string[] {
    return ids.map((id) => this.#runs[0].rows.get(id)!.cluster);
  }

  /** The samples of some rows; of many rows those that were used last stay, since draws take 2,000 bytes a cluster. */
  #bootstrapOf(ids: readonly string[]): ClusterBootstrap {
    const key = ids.join("\n");
    const known = this.#bootstraps.get(key);
    this.#bootstraps.delete(key);
    let rows = ids.length;
    for (const [other, { rows: ofOther, bootstrap }] of [...this.#bootstraps].reverse()) {
      rows += ofOther;
      if (rows <= MOST_ROWS) continue;
      bootstrap[Symbol.dispose]();
      this.#bootstraps.delete(other);
    }
    const bootstrap = known?.bootstrap ??
      new ClusterBootstrap(this.#clustersOf(ids), { seed: this.#seed });
    this.#bootstraps.set(key, { rows: ids.length, bootstrap });
    return bootstrap;
  }
}

function areNear(one: readonly number[], other: readonly number[], most: number): boolean {
  return one.every((value, row) => Math.abs(value - other[row]!) <= most);
}
