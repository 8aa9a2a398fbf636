/** Differences between two runs on the same rows, paired row by row: of means, of accuracies, and of shares of d. */

import { sumOf } from "../../stats/columns.ts";
import type { Pair } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import type { Estimate } from "../../stats/estimate.ts";
import { mcnemar, pairedShareDifference } from "../../stats/share.ts";
import { LargestDeviations } from "../../stats/many.ts";
import { type ClusterBy, clusterOf } from "../../study/clusters.ts";
import { isRounding, rightness, SCORE_NOISE, signOfD, sizeOfD } from "../../study/effects/noise.ts";
import { type MatchedRows, matchedSteps } from "../../study/effects/understanding.ts";
import { isOfRights } from "../../study/evaluate/blocks.ts";
import { finish } from "../../stats/steps.ts";
import { type Line, rowValues, type ValuesOfRows } from "../../study/effects/row_values.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import { columnValues, type EstimateColumn, hasCells, partOnBoth } from "../../tables/estimates.ts";
import type { AnyTable, TableSchema } from "../../tables/table.ts";

/** A row that has scores. */
export interface ScoredRow extends Pick<EvaluateRow, "id" | "negation" | "segment" | "d"> {
  readonly cluster: string;
  /** Its sentences, of data of pairs. */
  readonly pair?: Pair;
  /** What rows of two runs share if they are the same: id, image and sentences. */
  readonly text: string;
}

export function scoredRows(
  rows: readonly (Pick<Pair, "id" | "image" | "negation" | "caption" | "foil"> & {
    readonly d: number;
    readonly segment: EvaluateRow["segment"];
  })[],
  cluster: ClusterBy | undefined,
): ScoredRow[] {
  return rows.map(({ id, image, negation, caption, foil, d, segment }) => {
    const pair = { id, image, negation, caption, foil };
    const text = JSON.stringify([id, image, negation, caption, foil]);
    return { id, negation, segment, d, pair, cluster: clusterOf(pair, cluster), text };
  });
}

export interface PairableRun {
  readonly scored: readonly ScoredRow[];
  readonly cluster: ClusterBy | undefined;
  readonly table: (name: string) => AnyTable | undefined;
}

interface RatioParts {
  readonly parts: readonly number[];
  readonly weights: readonly number[];
}

/** The rows of an estimate, by their places, and what each adds to it: to a mean, a share of rows, or a share of d. */
interface RowSums extends RatioParts {
  readonly places: readonly number[];
  /** The rows' own values: of a share of rows, those that are compared with its bound. */
  readonly values: readonly number[];
}

/** Bounds are undefined with too few clusters. */
interface PairedDifference extends Omit<Estimate, "estimate"> {
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

/** The second ratio minus the first, in samples of clusters, of which those with the fewer effective clusters, or `decisive` rows, decide the width. */
export function ratioDifference(
  bootstrap: ClusterBootstrap,
  a: RatioParts,
  b: RatioParts,
  decisive?: Float64Array,
): Estimate {
  const [ofA, ofB] = [a, b].map(({ weights }) => bootstrap.effectiveClusters(weights));
  return bootstrap.sums([a.parts, a.weights, b.parts, b.weights])(
    ([partsOfA, ofA, partsOfB, ofB]) => partsOfB! / ofB! - partsOfA! / ofA!,
    { weights: decisive ?? (ofB! < ofA! ? b.weights : a.weights) },
  );
}

const NONE = { low: 0, high: 0, isNone: true };

function noneIn(family: LargestDeviations | undefined): PairedDifference {
  return { ...NONE, ...family && { simultaneous: () => NONE } };
}

/** Whether no row adds to an estimate what differs by more than rounding. */
function areWithin(most: number, one: RowSums, other: RowSums): boolean {
  return (["values", "parts", "weights"] as const).every((name) =>
    one[name].every((value, row) => Math.abs(value - other[name][row]!) <= most)
  );
}

const MOST_ROWS = 150_000;

/** Differences of two runs, over samples of the first run's clusters. */
export class PairedRows {
  readonly #rows: readonly ScoredRow[];
  readonly #runs: readonly [PairableRun, PairableRun];
  readonly #values: readonly ReturnType<typeof valuesOfRun>[];
  #matched: MatchedRows | undefined;
  readonly #seed: number;
  readonly #isOneKindOfCluster: boolean;
  readonly #bootstraps = new Map<
    string,
    { readonly rows: number; readonly bootstrap: ClusterBootstrap }
  >();

  /** Pairs the rows of two runs, which have the same; the samples of the intervals are drawn with a seed. */
  constructor(first: PairableRun, second: PairableRun, seed: number) {
    this.#rows = first.scored;
    this.#runs = [first, second];
    this.#values = [first, second].map((run) => valuesOfRun(run, first.scored));
    this.#isOneKindOfCluster = (first.cluster ?? "pair") === (second.cluster ?? "pair");
    this.#seed = seed;
  }

  family(): LargestDeviations {
    return new LargestDeviations(this.#bootstrapOf([...this.#rows.keys()]).samples);
  }

  /** The difference of an estimate in a line of a table. Undefined if it is not over the same rows in both runs, or does not follow from them. */
  difference(
    schema: TableSchema,
    column: EstimateColumn,
    line: Line,
    family?: LargestDeviations,
  ): PairedDifference | undefined {
    if (line["negation"] === "both") return this.#onBoth(schema, column, line, family);
    const [one, other] = this.#values.map((valuesOf) => {
      const found = valuesOf(schema, column, line);
      return found && rowSums(found, column, { line, rows: this.#rows });
    });
    if (one === undefined || other === undefined || !this.#isOneKindOfCluster) return undefined;
    if (one.places.join() !== other.places.join()) return undefined;
    const isAccuracy = column.meanOf?.above !== undefined || isOfRights(line["quantity"]);
    const most = column.meanOf === undefined || isAccuracy ? SCORE_NOISE : column.noise ?? 0;
    const isNone = areWithin(most, one, other);
    if (isAccuracy) {
      const clusters = this.#clustersOf(one.places);
      const { onlyFirst, onlySecond, pValue } = mcnemar(one.parts, other.parts, clusters);
      const discordance = { only_first: onlyFirst, only_second: onlySecond, p_value: pValue };
      const { low, high } = isNone
        ? NONE
        : pairedShareDifference(one.parts, other.parts, { clusters });
      return { low, high, isNone, discordance };
    }
    if (isNone) return noneIn(family);
    const bootstrap = this.#bootstrapOf(one.places);
    const isMean = [one, other].every(({ weights }) => weights.every((weight) => weight === 1));
    const own = isMean
      ? bootstrap.mean(other.parts.map((part, row) => part - one.parts[row]!))
      : ratioDifference(bootstrap, one, other);
    return this.#found(one, other, own, family);
  }

  #found(
    one: RowSums,
    other: RowSums,
    own: Estimate,
    family: LargestDeviations | undefined,
  ): PairedDifference {
    return {
      ...{ low: own.low, high: own.high, isNone: false },
      ...family && own.low !== undefined && { simultaneous: this.#added(one, other, own, family) },
    };
  }

  /**
   * The difference of what follows from matched rows of both sides: gamma, alpha, and what effects do to them. Undefined if the run matched
   * other rows, as by frames of the data, which evaluate.csv does not have.
   */
  #onBoth(
    schema: TableSchema,
    column: EstimateColumn,
    line: Line,
    family?: LargestDeviations,
  ): PairedDifference | undefined {
    const pairs = this.#rows.flatMap(({ pair }) => pair ?? []);
    const [{ cluster }] = this.#runs;
    if (pairs.length < this.#rows.length || !this.#isOneKindOfCluster) return undefined;
    const matched = this.#matched ??= finish(matchedSteps(pairs, { seed: this.#seed, cluster }));
    const [one, other] = this.#values.map((valuesOf): RowSums | undefined => {
      const found = valuesOf(schema, column, line);
      if (found === undefined) return undefined;
      const { values, d, source: { isAlpha, halvedOnBoth } } = found;
      const part = partOnBoth(line, halvedOnBoth);
      const own = matched.split((row) =>
        values[row] === undefined ? undefined : part * values[row]
      );
      return {
        ...{ places: matched.places, values: [] },
        parts: [...isAlpha ? own.alpha : own.gamma],
        weights: [
          ...column.shareOf === undefined
            ? own.weights
            : matched.split((row) => values[row] === undefined ? undefined : d[row]).gamma,
        ],
      };
    });
    if (one === undefined || other === undefined) return undefined;
    const known = sumOf(one.parts) / sumOf(one.weights);
    if (!(Math.abs(known - (line[column.name] as number)) <= SCORE_NOISE)) return undefined;
    if (areWithin(SCORE_NOISE, one, other)) return noneIn(family);
    const own = ratioDifference(matched.bootstrap, one, other, matched.fewer);
    return this.#found(one, other, own, family);
  }

  /** Adds a difference to a family: its samples are drawn over all rows, as those of every other cell, with the weights of the data. */
  #added(one: RowSums, other: RowSums, own: Estimate, family: LargestDeviations) {
    const bootstrap = this.#bootstrapOf([...this.#rows.keys()]);
    const addedBy = ({ parts, weights }: RatioParts) => {
      const weight = sumOf(weights);
      const ratio = sumOf(parts) / weight;
      return parts.map((part, row) => (part - ratio * weights[row]!) / weight);
    };
    const [ofOne, ofOther] = [addedBy(one), addedBy(other)];
    const overAll = (of: (row: number) => number) => {
      const values = new Float64Array(this.#rows.length);
      one.places.forEach((place, row) => values[place] = of(row));
      return values;
    };
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

  #clustersOf(places: readonly number[]): string[] {
    return places.map((place) => this.#rows[place]!.cluster);
  }

  /** The samples of some rows; of many rows those that were used last stay, since draws take 2,000 bytes a cluster. */
  #bootstrapOf(places: readonly number[]): ClusterBootstrap {
    const key = places.join();
    const known = this.#bootstraps.get(key);
    this.#bootstraps.delete(key);
    let rows = places.length;
    for (const [other, { rows: ofOther, bootstrap }] of [...this.#bootstraps].reverse()) {
      rows += ofOther;
      if (rows <= MOST_ROWS) continue;
      bootstrap[Symbol.dispose]();
      this.#bootstraps.delete(other);
    }
    const bootstrap = known?.bootstrap ??
      new ClusterBootstrap(this.#clustersOf(places), { seed: this.#seed });
    this.#bootstraps.set(key, { rows: places.length, bootstrap });
    return bootstrap;
  }
}

/** The values of a run's rows in a line of a table, in the order of the first run's rows. */
type LineValues = NonNullable<ReturnType<ReturnType<typeof valuesOfRun>>>;

/** Finds the values of a run's rows in the lines of tables, each the mean of the row's lines; undefined for a line that no row has, and for a row that does not count. */
function valuesOfRun({ scored, table }: PairableRun, inOrder: readonly ScoredRow[]) {
  const byId = new Map(scored.map((row) => [row.id, row]));
  const rows = inOrder.map(({ id }) => byId.get(id)!);
  const [d, segments] = [rows.map(({ d }) => d), rows.map(({ segment }) => segment)];
  const known = new Map<string, (line: Line) => ValuesOfRows | undefined>();
  return (schema: TableSchema, column: EstimateColumn, line: Line) => {
    const source = column.meanOf ?? column.shareOf;
    if (source === undefined) return undefined;
    const valuesOf = known.getOrInsertComputed(
      JSON.stringify([schema.name, source]),
      () => rowValues(schema, columnValues(source), table(source.table), rows),
    );
    const found = valuesOf(line);
    if (found === undefined) return undefined;
    const values = rows.map((_, row) =>
      found.counts[row] === 0 ? source.without : found.sums[row]! / found.counts[row]!
    );
    return { source, found, values, d, segments };
  };
}

/** What rows add to an estimate of a side and segment: each with the mean of its lines, unless each line counts. */
function rowSums(
  { source: { eachLine }, found: { sums, counts }, values: all, d, segments }: LineValues,
  { meanOf }: EstimateColumn,
  { line, rows }: { readonly line: Line; readonly rows: readonly ScoredRow[] },
): RowSums | undefined {
  const { negation = "all", segment = "all" } = line;
  const places = [...rows.keys()].filter((place) =>
    (negation === "all" || rows[place]!.negation === negation) &&
    (segment === "all" || segments[place] === segment) && all[place] !== undefined
  );
  if (!places.some((place) => counts[place]! > 0)) return undefined;
  if (hasCells(line, eachLine)) {
    const values = places.map((place) => sums[place]!);
    return { places, values, parts: values, weights: places.map((place) => counts[place]!) };
  }
  const values = places.map((place) => all[place]!);
  if (meanOf !== undefined) {
    const { above, tie = 0 } = meanOf;
    const parts = above === undefined
      ? values
      : values.map((value) => rightness(value - above, tie));
    return { places, values, parts, weights: places.map(() => 1) };
  }
  const isIdle = isRounding(values);
  const parts = values.map((effect, row) => isIdle ? 0 : signOfD(d[places[row]!]!) * effect);
  return { places, values, parts, weights: places.map((place) => sizeOfD(d[place]!)) };
}
