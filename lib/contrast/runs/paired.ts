/** Differences between two runs on the same rows, paired row by row: of means, of accuracies, and of shares of d. */

import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { mcnemar, pairedShareDifference } from "../../stats/share.ts";
import { LargestDeviations } from "../../stats/many.ts";
import { isRounding, rightness, SCORE_NOISE, signOfD, sizeOfD } from "../../study/effects/noise.ts";
import {
  type EstimateColumn,
  type KeyCells,
  keyCells,
  type RowValues,
} from "../../tables/estimates.ts";
import { NEGATIONS, type Pair } from "../../data/pairs.ts";
import { type ClusterBy, clusterOf } from "../../study/clusters.ts";
import type { CsvRow } from "../../tables/csv.ts";

/** A run whose rows can be paired with those of another. */
export interface RowsOfRun {
  /** Its tables by name: `evaluate`, which has the sentences, and those with a line for each row. */
  readonly tables: ReadonlyMap<string, readonly CsvRow[]>;
  /** What its intervals keep together. */
  readonly cluster: ClusterBy | undefined;
}

/** A ratio of sums over rows. */
export interface RatioParts {
  readonly parts: readonly number[];
  readonly weights: readonly number[];
}

/** The rows of an estimate, and what each adds to it: to a mean, a share of rows, or a share of d. */
export interface RowSums extends RatioParts {
  readonly ids: readonly string[];
  /** The rows' own values: of a share of rows, those that are compared with its bound. */
  readonly values: readonly number[];
}

export type ScoredRow = ReturnType<typeof scoredRows>[number];

/** The rows of evaluate.csv; rows of two runs are the same if they have the same text. */
export function scoredRows(lines: readonly CsvRow[], cluster: ClusterBy | undefined) {
  return lines.map((line) => {
    const pair: Pair = {
      id: line.text("id"),
      image: line.optional("image") ?? "",
      negation: line.oneOf("negation", NEGATIONS),
      caption: line.text("caption"),
      foil: line.text("foil"),
    };
    return {
      id: pair.id,
      negation: pair.negation,
      segment: line.text("segment"),
      d: line.number("d")!,
      cluster: clusterOf(pair, cluster),
      text: JSON.stringify(Object.values(pair)),
    };
  });
}

/** How near the rows' ratio must be to the estimate, as a share of what it would be without signs. */
const SAME = 1e-9;

/** The rows of a run, by the cells that they belong to. */
class IndexedRows {
  /** All rows that have scores, by their ids. */
  readonly rows: ReadonlyMap<string, ScoredRow>;
  readonly #tables: RowsOfRun["tables"];
  readonly #indexes = new Map<string, ReadonlyMap<string, readonly CsvRow[]>>();

  constructor({ tables, cluster }: RowsOfRun) {
    this.#tables = tables;
    const rows = scoredRows(tables.get("evaluate") ?? [], cluster);
    this.rows = new Map(rows.map((row) => [row.id, row]));
  }

  /** What the rows add to an estimate. Undefined if they do not give it. */
  sums(column: EstimateColumn, keys: KeyCells, estimate: number): RowSums | undefined {
    const source = column.meanOf ?? column.shareOf;
    if (source === undefined) return undefined;
    const { negation = "all", segment = "all", ...place } = keys;
    const group = [...this.rows.values()].filter((row) =>
      (negation === "all" || row.negation === negation) &&
      (segment === "all" || row.segment === segment)
    ).map(({ id }) => id);
    const lines = this.#linesOf(source, place, new Set(group));
    if (lines.size === 0) return undefined;
    const own = [...lines.keys()];
    const sumsOfLines = own.map((id) => total(lines.get(id)!));
    const readings: readonly RowSums[] = [
      this.#ofRows(column, own, lines),
      { // each token of a role counts
        ...{ ids: own, values: sumsOfLines, parts: sumsOfLines },
        weights: own.map((id) => lines.get(id)!.length),
      },
      this.#ofRows(column, group, lines), // rows without a line count as 0
    ];
    return readings.find(({ parts, weights }) => {
      const size = total(parts.map(Math.abs)) / total(weights);
      const gap = Math.abs(total(parts) / total(weights) - estimate);
      return gap <= Math.max(column.noise ?? 0, SAME * size);
    });
  }

  /** What rows add to an estimate, each with the mean of its lines. */
  #ofRows(
    { meanOf }: EstimateColumn,
    ids: readonly string[],
    lines: ReadonlyMap<string, readonly number[]>,
  ): RowSums {
    const values = ids.map((id) => total(lines.get(id) ?? []) / (lines.get(id)?.length ?? 1));
    if (meanOf !== undefined) {
      const { above, tie = 0 } = meanOf;
      const parts = above === undefined
        ? values
        : values.map((value) => rightness(value - above, tie));
      return { ids, values, parts, weights: ids.map(() => 1) };
    }
    const d = ids.map((id) => this.rows.get(id)!.d);
    const isIdle = isRounding(values);
    const parts = values.map((effect, row) => isIdle ? 0 : signOfD(d[row]!) * effect);
    return { ids, values, parts, weights: d.map(sizeOfD) };
  }

  /** The values of a cell by row, in the order of its table. */
  #linesOf(
    { table, column, minus }: RowValues,
    keys: KeyCells,
    ids: ReadonlySet<string>,
  ): Map<string, number[]> {
    const names = Object.keys(keys).sort();
    const keyOf = (cells: KeyCells) => JSON.stringify(names.map((name) => cells[name]));
    const index = this.#indexes.getOrInsertComputed(
      JSON.stringify([table, ...names]),
      () => Map.groupBy(this.#tables.get(table) ?? [], (row) => keyOf(keyCells(row, names))),
    );
    const lines = new Map<string, number[]>();
    for (const row of index.get(keyOf(keys)) ?? []) {
      const id = row.text("id");
      const value = row.number(column);
      const less = minus === undefined ? 0 : row.number(minus);
      if (value === undefined || less === undefined || !ids.has(id)) continue;
      lines.getOrInsertComputed(id, () => []).push(value - less);
    }
    return lines;
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

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
