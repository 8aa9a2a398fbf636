/** The rows of a run that have scores, and what they add to its estimates. */

import { NEGATIONS, type Pair } from "../../data/pairs.ts";
import { type ClusterBy, clusterOf } from "../../study/clusters.ts";
import { isRounding, rightness, signOfD, sizeOfD } from "../../study/effects/noise.ts";
import type { CsvRow } from "../../tables/csv.ts";
import {
  type EstimateColumn,
  type KeyCells,
  keyCells,
  type RowValues,
} from "../../tables/estimates.ts";

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
export class IndexedRows {
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
