/** Differences between two runs on the same rows, which are paired row by row: of means, of accuracies, and of shares of d. */

import { ClusterBootstrap, type Estimate } from "../../stats/intervals/bootstrap.ts";
import { pairedShareDifference } from "../../stats/intervals/paired_share.ts";
import { pearson } from "../../stats/correlation.ts";
import { mcnemar } from "../../stats/mcnemar.ts";
import { noiseCeiling, splitHalfReliability } from "../../stats/noise_ceiling.ts";
import { DIVISIONS, randomHalves } from "../../stats/random_halves.ts";
import { SCORE_NOISE } from "../../study/effects/noise.ts";
import type { EstimateColumn } from "../../tables/estimates.ts";
import type { KeyCells } from "../../tables/join.ts";
import {
  IndexedRows,
  ratioOf,
  type RatioParts,
  type RowsOfRun,
  type RowSums,
} from "./rows_of_run.ts";

/** Which rows two accuracies differ on, and McNemar's tests of them. */
export interface Discordance {
  /** Rows that only the first has right, or that one of the two has as a tie, to the first's advantage. */
  readonly only_first: number;
  /** The same to the second's. */
  readonly only_second: number;
  /** McNemar's mid-p-value, as if rows were independent. */
  readonly p_value: number;
  /** The same where the rows of a cluster go together. */
  readonly p_clustered: number;
}

/** The interval of a difference; without bounds with too few clusters. */
interface PairedDifference extends Omit<Estimate, "estimate"> {
  /** Whether no row differs by more than rounding. */
  readonly isNone: boolean;
  /** Of accuracies. */
  readonly discordance?: Discordance;
}

/** How well the maps of both runs agree with themselves, and with each other at most. */
export interface MapCeiling {
  /** The correlation that two maps with the same true values would have. */
  readonly ceiling: number | undefined;
  /** The first map's with itself. */
  readonly first_reliability: number | undefined;
  /** The second map's. */
  readonly second_reliability: number | undefined;
}

/** The second ratio minus the first, in samples of clusters, of which those with the fewer effective clusters decide the width. */
export function ratioDifference(
  bootstrap: ClusterBootstrap,
  a: RatioParts,
  b: RatioParts,
): Estimate {
  const [weights] = [a.weights, b.weights].toSorted((x, y) =>
    bootstrap.effectiveClusters(x) - bootstrap.effectiveClusters(y)
  );
  return bootstrap.sums([a.parts, a.weights, b.parts, b.weights])(
    ([partsOfA, ofA, partsOfB, ofB]) => partsOfB! / ofB! - partsOfA! / ofA!,
    { weights },
  );
}

function areNear(one: readonly number[], other: readonly number[], most: number): boolean {
  return one.every((value, row) => Math.abs(value - other[row]!) <= most);
}

/** What the rows of both runs add to a cell. */
export type CellSums = readonly (RowSums | undefined)[];

/** Differences of two runs, paired by row. */
export class PairedRows {
  readonly #runs: readonly [IndexedRows, IndexedRows];
  readonly #seed: number;
  readonly #isOneKindOfCluster: boolean;
  readonly #bootstraps = new Map<string, ClusterBootstrap>();

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

  /** What the rows add to an estimate in either run. */
  sums(column: EstimateColumn, keys: KeyCells, values: readonly [number, number]): CellSums {
    return this.#runs.map((run, i) => run.sums(column, keys, values[i]!));
  }

  /**
   * The interval of the difference of a mean, an accuracy or a share of d, over the first run's clusters. Undefined if the estimate is not
   * over the same rows in both runs, or does not follow from them.
   */
  interval(
    { meanOf, noise = 0 }: EstimateColumn,
    [one, other]: CellSums,
  ): PairedDifference | undefined {
    const [first, second] = this.#runs;
    if (one === undefined || other === undefined || one.ids.length !== other.ids.length) {
      return undefined;
    }
    const places = new Map(other.ids.map((id, place) => [id, place]));
    const isSame = this.#isOneKindOfCluster &&
      one.ids.every((id) =>
        places.has(id) && first.rows.get(id)!.text === second.rows.get(id)!.text
      );
    if (!isSame) return undefined;
    const inOrder = (values: readonly number[]) => one.ids.map((id) => values[places.get(id)!]!);
    const two = {
      parts: inOrder(other.parts),
      weights: inOrder(other.weights),
      values: inOrder(other.values),
    };
    const isShareOfRows = meanOf?.above !== undefined;
    const most = meanOf === undefined || isShareOfRows ? SCORE_NOISE : noise;
    const isNone = areNear(one.values, two.values, most) && areNear(one.parts, two.parts, most) &&
      areNear(one.weights, two.weights, most);
    const none = { low: 0, high: 0, isNone };
    if (isShareOfRows) {
      const clusters = one.ids.map((id) => first.rows.get(id)!.cluster);
      const [hits, hitsOfOther] = [one.parts, two.parts];
      const { onlyFirst, onlySecond, pValue } = mcnemar(hits, hitsOfOther);
      const discordance = {
        only_first: onlyFirst,
        only_second: onlySecond,
        p_value: pValue,
        p_clustered: mcnemar(hits, hitsOfOther, clusters).pValue,
      };
      const { low, high } = pairedShareDifference(hits, hitsOfOther, { clusters });
      return isNone ? { ...none, discordance } : { low, high, isNone, discordance };
    }
    if (isNone) return none;
    const bootstrap = this.#bootstrapOf(one.ids);
    const isMean = areNear(one.weights, one.weights.map(() => 1), 0);
    const { low, high } = isMean && areNear(one.weights, two.weights, 0)
      ? bootstrap.mean(two.parts.map((part, row) => part - one.parts[row]!))
      : ratioDifference(bootstrap, one, two);
    return { low, high, isNone };
  }

  /** The noise ceiling of Pearson's r over cells; nothing if rows do not give all of them. */
  ceiling(cells: readonly CellSums[]): MapCeiling {
    const [first_reliability, second_reliability] = this.#runs.map((run, i) => {
      const sums = cells.map((cell) => cell[i]).filter((ofCell) => ofCell !== undefined);
      if (sums.length < cells.length || sums.length === 0) return undefined;
      const place = new Map([...run.rows.keys()].map((id, row) => [id, row]));
      const rows = sums.map(({ ids }) => ids.map((id) => place.get(id)!));
      const clusters = Array.from(run.rows.values(), ({ cluster }) => cluster);
      return splitHalfReliability(
        randomHalves(clusters, { seed: this.#seed, divisions: DIVISIONS }),
        (isCounted) =>
          sums.map((ofCell, cell) => ratioOf(ofCell, (row) => isCounted(rows[cell]![row]!))),
        (x, y) => [...x, ...y].every(Number.isFinite) ? pearson(x, y) : undefined,
      );
    });
    const ceiling = noiseCeiling(first_reliability, second_reliability);
    return { ceiling, first_reliability, second_reliability };
  }

  #bootstrapOf(ids: readonly string[]): ClusterBootstrap {
    return this.#bootstraps.getOrInsertComputed(ids.join("\n"), () => {
      const clusters = ids.map((id) => this.#runs[0].rows.get(id)!.cluster);
      return new ClusterBootstrap(clusters, { seed: this.#seed });
    });
  }
}
