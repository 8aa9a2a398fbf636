/** Intervals of differences between means of two runs on the same rows, which are paired row by row. */

import { ClusterBootstrap, type Estimate } from "../../stats/intervals/bootstrap.ts";
import type { Bounds } from "../../stats/intervals/difference.ts";
import { type ClusterBy, clusterOf } from "../../study/clusters.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import type { EstimateColumn } from "../../tables/estimates.ts";
import { type KeyCells, keyCells } from "../../tables/join.ts";
import type { Negation, Pair } from "../../data/pairs.ts";

/** A run whose rows can be paired with those of another. */
export interface RowsOfRun {
  /** Its tables by name: `evaluate`, which has the sentences, and those with a line for each row. */
  readonly tables: ReadonlyMap<string, readonly CsvRow[]>;
  /** What its intervals keep together. */
  readonly cluster: ClusterBy | undefined;
}

/** How equal the mean of the rows must be to the estimate, as a share of it. */
const SAME = 1e-9;

/** Differences of two runs, paired by row. */
export class PairedRows {
  readonly #runs: readonly [IndexedRows, IndexedRows];
  readonly #seed: number;
  readonly #bootstraps = new Map<string, ClusterBootstrap>();

  /** Pairs the rows of two runs; the samples of the intervals are drawn with a seed. */
  constructor(first: RowsOfRun, second: RowsOfRun, seed: number) {
    this.#runs = [new IndexedRows(first), new IndexedRows(second)];
    this.#seed = seed;
  }

  /**
   * The interval of the difference of a mean, over samples of the first run's clusters. Undefined if the mean is not over the same rows in
   * both runs, is of a table that one of them lacks, or has too few clusters.
   */
  interval(
    { meanOf, noise = 0 }: EstimateColumn,
    keys: KeyCells,
    values: readonly [number, number],
  ): Bounds | undefined {
    if (meanOf === undefined) return undefined;
    const [first, second] = this.#runs;
    const [one, other] = this.#runs.map((run) => run.values(meanOf, keys));
    if (one === undefined || other === undefined || one.size !== other.size) return undefined;
    const ids = [...one.keys()];
    if (!ids.every((id) => other.has(id) && first.textOf(id) === second.textOf(id))) {
      return undefined;
    }
    for (const [i, rowValues] of [one, other].entries()) {
      const mean = ids.reduce((sum, id) => sum + rowValues.get(id)!, 0) / ids.length;
      if (!(Math.abs(mean - values[i]!) <= Math.max(noise, SAME * Math.abs(mean)))) {
        return undefined;
      }
    }
    const differences = ids.map((id) => other.get(id)! - one.get(id)!);
    if (differences.every((value) => Math.abs(value) <= noise)) return { low: 0, high: 0 };
    const { low, high }: Estimate = this.#bootstrapOf(ids).mean(differences);
    return low === undefined || high === undefined ? undefined : { low, high };
  }

  #bootstrapOf(ids: readonly string[]): ClusterBootstrap {
    const key = ids.join("\n");
    const known = this.#bootstraps.get(key);
    if (known !== undefined) return known;
    const clusters = ids.map((id) => this.#runs[0].clusterOf(id));
    const made = new ClusterBootstrap(clusters, { seed: this.#seed });
    this.#bootstraps.set(key, made);
    return made;
  }
}

/** The rows of a run, by the cells that they belong to. */
class IndexedRows {
  readonly #run: RowsOfRun;
  readonly #rows: ReadonlyMap<string, Pair & { readonly segment: string }>;
  readonly #indexes = new Map<string, ReadonlyMap<string, readonly CsvRow[]>>();

  constructor(run: RowsOfRun) {
    this.#run = run;
    const scores = run.tables.get("evaluate") ?? [];
    this.#rows = new Map(scores.map((row) => {
      const id = row.text("id");
      const negation = row.oneOf<Negation>("negation", ["caption", "foil"]);
      const [caption, foil, segment] = [row.text("caption"), row.text("foil"), row.text("segment")];
      return [id, { id, image: row.optional("image") ?? "", negation, caption, foil, segment }];
    }));
  }

  clusterOf(id: string): string {
    return clusterOf(this.#rows.get(id)!, this.#run.cluster);
  }

  /** What must be equal for a row to be the same in both runs, and in the same cluster. */
  textOf(id: string): string {
    const { image, negation, caption, foil } = this.#rows.get(id)!;
    return JSON.stringify([image, negation, caption, foil, this.#run.cluster ?? "pair"]);
  }

  /** The values of a cell by row; undefined if the run does not have them. */
  values(
    { table, column, above }: NonNullable<EstimateColumn["meanOf"]>,
    { negation = "all", segment = "all", ...keys }: KeyCells,
  ): Map<string, number> | undefined {
    const rows = this.#indexOf(table, Object.keys(keys).sort()).get(cellText(keys));
    const values = new Map<string, number>();
    for (const row of rows ?? []) {
      const id = row.text("id");
      const scores = this.#rows.get(id);
      if (scores === undefined) return undefined;
      if (negation !== "all" && scores.negation !== negation) continue;
      if (segment !== "all" && scores.segment !== segment) continue;
      const value = row.number(column);
      if (value !== undefined) values.set(id, above === undefined ? value : Number(value > above));
    }
    return values.size === 0 ? undefined : values;
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
