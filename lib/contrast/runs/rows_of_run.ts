/** What the rows of a run add to its estimates. */

import { type Negation, NEGATIONS, type Pair } from "../../data/pairs.ts";
import { type ClusterBy, clusterOf } from "../../study/clusters.ts";
import { isRounding, rightness, signOfD, sizeOfD } from "../../study/effects/noise.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import type { EstimateColumn, RowValues } from "../../tables/estimates.ts";
import { type KeyCells, keyCells } from "../../tables/join.ts";

/** A run whose rows can be paired with those of another. */
export interface RowsOfRun {
  /** Its tables by name: `evaluate`, which has the sentences, and those with a line for each row. */
  readonly tables: ReadonlyMap<string, readonly CsvRow[]>;
  /** What its intervals keep together. */
  readonly cluster: ClusterBy | undefined;
}

export interface ScoredRow {
  readonly id: string;
  readonly negation: Negation;
  readonly segment: string;
  readonly d: number;
  readonly cluster: string;
  /** What must be equal for a row to be the same in two runs. */
  readonly text: string;
}

export function scoredRows(
  lines: readonly CsvRow[],
  cluster: ClusterBy | undefined,
): ScoredRow[] {
  return lines.map((line) => {
    const pair: Pair = {
      id: line.text("id"),
      image: line.optional("image") ?? "",
      negation: line.oneOf("negation", NEGATIONS),
      caption: line.text("caption"),
      foil: line.text("foil"),
    };
    const { id, negation } = pair;
    return {
      ...{ id, negation, segment: line.text("segment"), d: line.number("d")! },
      cluster: clusterOf(pair, cluster),
      text: JSON.stringify(Object.values(pair)),
    };
  });
}

/** A ratio of sums over rows. */
export interface RatioParts {
  readonly parts: readonly number[];
  readonly weights: readonly number[];
}

/** The rows of an estimate, and what each adds to it. */
export interface RowSums extends RatioParts {
  readonly ids: readonly string[];
  /** The rows' own values: of a share of rows, those that are compared with its bound. */
  readonly values: readonly number[];
}

/** How near the rows' ratio must be to the estimate, as a share of what it would be without signs. */
const SAME = 1e-9;

/** The ratio of the sums over some rows. */
export function ratioOf(
  { parts, weights }: RatioParts,
  isCounted: (row: number) => boolean = () => true,
): number {
  let [sum, weight] = [0, 0];
  for (let row = 0; row < parts.length; row++) {
    if (!isCounted(row)) continue;
    sum += parts[row]!;
    weight += weights[row]!;
  }
  return sum / weight;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

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

  /** What the rows add to an estimate: a mean, a share of rows, or a share of d. Undefined if they do not give it. */
  sums(
    { meanOf, shareOf, noise = 0 }: EstimateColumn,
    keys: KeyCells,
    estimate: number,
  ): RowSums | undefined {
    const source = meanOf ?? shareOf;
    const lines = source && this.#linesOf(source, keys);
    if (lines === undefined) return undefined;
    const ids = [...lines.keys()];
    const counts = ids.map((id) => lines.get(id)!.length);
    const ofRows = (ids: readonly string[]) =>
      meanOf === undefined ? this.#shareParts(ids, lines) : meanParts(ids, lines, meanOf);
    const readings = [ofRows(ids)];
    if (counts.some((count) => count > 1)) {
      const parts = ids.map((id) => sumOf(lines.get(id)!)); // as of further tokens, each of which counts
      readings.push({ ids, values: parts, parts, weights: counts });
    }
    const all = this.#idsOf(keys);
    if (all.length > ids.length) readings.push(ofRows(all)); // rows without a line count as 0
    return readings.find((ratio) => {
      const size = ratioOf({ ...ratio, parts: ratio.parts.map(Math.abs) });
      return Math.abs(ratioOf(ratio) - estimate) <= Math.max(noise, SAME * size);
    });
  }

  /** What rows with effects add to both sums of their share of d. */
  #shareParts(ids: readonly string[], lines: ReadonlyMap<string, readonly number[]>): RowSums {
    const values = ids.map((id) => meanOfLines(lines, id));
    const d = ids.map((id) => this.rows.get(id)!.d);
    const isIdle = isRounding(values);
    return {
      ids,
      values,
      parts: values.map((effect, row) => isIdle ? 0 : signOfD(d[row]!) * effect),
      weights: d.map(sizeOfD),
    };
  }

  #idsOf({ negation = "all", segment = "all" }: KeyCells): string[] {
    return [...this.rows.values()].filter((row) =>
      (negation === "all" || row.negation === negation) &&
      (segment === "all" || row.segment === segment)
    ).map(({ id }) => id);
  }

  /** The values of a cell's lines by row; undefined if the run does not have them. */
  #linesOf(
    { table, column, minus }: RowValues,
    { negation = "all", segment = "all", ...keys }: KeyCells,
  ): Map<string, number[]> | undefined {
    const counted = new Set(this.#idsOf({ negation, segment }));
    const lines = new Map<string, number[]>();
    for (const row of this.#indexOf(table, Object.keys(keys).sort()).get(cellKey(keys)) ?? []) {
      const id = row.text("id");
      if (!this.rows.has(id)) return undefined;
      if (!counted.has(id)) continue;
      const less = minus === undefined ? 0 : row.number(minus);
      const value = row.number(column);
      if (value === undefined || less === undefined) continue;
      lines.getOrInsertComputed(id, () => []).push(value - less);
    }
    return lines.size === 0 ? undefined : lines;
  }

  #indexOf(table: string, keys: readonly string[]): ReadonlyMap<string, readonly CsvRow[]> {
    return this.#indexes.getOrInsertComputed(
      JSON.stringify([table, ...keys]),
      () => Map.groupBy(this.#tables.get(table) ?? [], (row) => cellKey(keyCells(row, keys))),
    );
  }
}

/** The mean of a row's lines; 0 without any. */
function meanOfLines(lines: ReadonlyMap<string, readonly number[]>, id: string): number {
  const values = lines.get(id) ?? [0];
  return sumOf(values) / values.length;
}

/** What rows add to a mean or, of values above a bound, to a share of rows. */
function meanParts(
  ids: readonly string[],
  lines: ReadonlyMap<string, readonly number[]>,
  { above, tie = 0 }: RowValues,
): RowSums {
  const values = ids.map((id) => meanOfLines(lines, id));
  const parts = above === undefined
    ? values
    : values.map((value) => rightness(value - above, tie));
  return { ids, values, parts, weights: ids.map(() => 1) };
}

function cellKey(keys: KeyCells): string {
  return JSON.stringify(Object.keys(keys).sort().map((key) => keys[key]));
}
