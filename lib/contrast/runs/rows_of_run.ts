/** What the rows of a run add to its estimates. */

import type { Negation, Pair } from "../../data/pairs.ts";
import { type ClusterBy, clusterOf } from "../../study/clusters.ts";
import { isRounding, signOfD, sizeOfD } from "../../study/effects/noise.ts";
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

/** What rows with effects add to both sums of their share of d. */
function shareParts(effects: readonly number[], d: readonly number[]): RatioParts {
  const isIdle = isRounding(effects);
  return {
    parts: effects.map((effect, row) => isIdle ? 0 : signOfD(d[row]!) * effect),
    weights: d.map(sizeOfD),
  };
}

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
  readonly #run: RowsOfRun;
  readonly #rows: ReadonlyMap<string, Pair & { readonly segment: string; readonly d: number }>;
  readonly #indexes = new Map<string, ReadonlyMap<string, readonly CsvRow[]>>();

  constructor(run: RowsOfRun) {
    this.#run = run;
    const scores = run.tables.get("evaluate") ?? [];
    this.#rows = new Map(scores.map((row) => {
      const id = row.text("id");
      const negation = row.oneOf<Negation>("negation", ["caption", "foil"]);
      const [caption, foil, segment] = [row.text("caption"), row.text("foil"), row.text("segment")];
      const image = row.optional("image") ?? "";
      return [id, { id, image, negation, caption, foil, segment, d: row.number("d")! }];
    }));
  }

  /** The ids of all rows that have scores. */
  get ids(): readonly string[] {
    return [...this.#rows.keys()];
  }

  clusterOf(id: string): string {
    return clusterOf(this.#rows.get(id)!, this.#run.cluster);
  }

  /** What must be equal for a row to be the same in both runs. */
  textOf(id: string): string {
    const { image, negation, caption, foil } = this.#rows.get(id)!;
    return JSON.stringify([id, image, negation, caption, foil]);
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
    const readings = [this.#ofRows(ids, lines, source!, meanOf !== undefined)];
    if (counts.some((count) => count > 1)) {
      const parts = ids.map((id) => sumOf(lines.get(id)!)); // as of further tokens, each of which counts
      readings.push({ ids, values: parts, parts, weights: counts });
    }
    const all = this.#idsOf(keys);
    if (all.length > ids.length) {
      readings.push(this.#ofRows(all, lines, source!, meanOf !== undefined)); // rows without a line count as 0
    }
    return readings.find((ratio) => {
      const size = ratioOf({ ...ratio, parts: ratio.parts.map(Math.abs) });
      return Math.abs(ratioOf(ratio) - estimate) <= Math.max(noise, SAME * size);
    });
  }

  /** What rows add to a mean, a share of rows or a share of d, each with the mean of its lines. */
  #ofRows(
    ids: readonly string[],
    lines: ReadonlyMap<string, readonly number[]>,
    { above }: RowValues,
    isMean: boolean,
  ): RowSums {
    const values = ids.map((id) => {
      const own = lines.get(id) ?? [0];
      return sumOf(own) / own.length;
    });
    if (!isMean) {
      return { ids, values, ...shareParts(values, ids.map((id) => this.#rows.get(id)!.d)) };
    }
    const parts = above === undefined ? values : values.map((value) => Number(value > above));
    return { ids, values, parts, weights: ids.map(() => 1) };
  }

  /** The rows of a side and segment. */
  #idsOf({ negation = "all", segment = "all" }: KeyCells): string[] {
    return [...this.#rows.values()].filter((row) =>
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
    for (const row of this.#indexOf(table, Object.keys(keys).sort()).get(cellText(keys)) ?? []) {
      const id = row.text("id");
      if (!this.#rows.has(id)) return undefined;
      if (!counted.has(id)) continue;
      const less = minus === undefined ? 0 : row.number(minus);
      const value = row.number(column);
      if (value === undefined || less === undefined) continue;
      const known = lines.get(id);
      if (known === undefined) lines.set(id, [value - less]);
      else known.push(value - less);
    }
    return lines.size === 0 ? undefined : lines;
  }

  #indexOf(table: string, keys: readonly string[]): ReadonlyMap<string, readonly CsvRow[]> {
    const name = JSON.stringify([table, ...keys]);
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const rows = this.#run.tables.get(table) ?? [];
    const made = Map.groupBy(rows, (row) => cellText(keyCells(row, keys)));
    this.#indexes.set(name, made);
    return made;
  }
}

function cellText(keys: KeyCells): string {
  return JSON.stringify(Object.keys(keys).sort().map((key) => keys[key]));
}
