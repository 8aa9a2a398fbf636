/** Intervals of differences between two runs on the same rows, which are paired row by row: of means, and of shares of d. */

import { ClusterBootstrap, type Estimate } from "../../stats/intervals/bootstrap.ts";
import type { Bounds } from "../../stats/intervals/difference.ts";
import { type ClusterBy, clusterOf } from "../../study/clusters.ts";
import { isRounding, SCORE_NOISE, signOfD, sizeOfD } from "../../study/effects/noise.ts";
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

/** How near the rows' ratio must be to the estimate, as a share of what it would be without signs. */
const SAME = 1e-9;

/** The parts of a ratio of sums, one of each for a row. */
interface RatioParts {
  readonly parts: readonly number[];
  readonly weights: readonly number[];
}

/** What rows with effects add to both sums of their share of d. */
function shareParts(effects: readonly number[], d: readonly number[]): RatioParts {
  const isIdle = isRounding(effects);
  return {
    parts: effects.map((effect, row) => isIdle ? 0 : signOfD(d[row]!) * effect),
    weights: d.map(sizeOfD),
  };
}

/** The second ratio minus the first, in samples of clusters, of which those with the fewer effective clusters decide the width. */
function ratioDifference(bootstrap: ClusterBootstrap, a: RatioParts, b: RatioParts): Estimate {
  const [weights] = [a.weights, b.weights].toSorted((x, y) =>
    bootstrap.effectiveClusters(x) - bootstrap.effectiveClusters(y)
  );
  return bootstrap.sums([a.parts, a.weights, b.parts, b.weights])(
    ([partsOfA, ofA, partsOfB, ofB]) => partsOfB! / ofB! - partsOfA! / ofA!,
    { weights },
  );
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

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
   * The interval of the difference of a mean or a share of d, over samples of the first run's clusters. Undefined if the estimate is not
   * over the same rows in both runs, is of a table that one of them lacks, or has too few clusters.
   */
  interval(
    { meanOf, shareOf, noise = 0 }: EstimateColumn,
    keys: KeyCells,
    values: readonly [number, number],
  ): Bounds | undefined {
    const source = meanOf ?? shareOf;
    if (source === undefined) return undefined;
    const [first, second] = this.#runs;
    const [one, other] = this.#runs.map((run) => run.values(source, keys));
    if (one === undefined || other === undefined || one.size !== other.size) return undefined;
    const ids = [...one.keys()];
    if (!ids.every((id) => other.has(id) && first.textOf(id) === second.textOf(id))) {
      return undefined;
    }
    const effects = [one, other].map((rowValues) => ids.map((id) => rowValues.get(id)!));
    const [a, b] = effects.map((rowValues, i) =>
      meanOf === undefined
        ? shareParts(rowValues, ids.map((id) => this.#runs[i]!.scoreOf(id)))
        : { parts: rowValues, weights: rowValues.map(() => 1) }
    ) as [RatioParts, RatioParts];
    const areTheEstimates = [a, b].every(({ parts, weights }, i) => {
      const rounding = SAME * sumOf(parts.map(Math.abs)) / sumOf(weights);
      const ratio = sumOf(parts) / sumOf(weights);
      return Math.abs(ratio - values[i]!) <= Math.max(noise, rounding);
    });
    if (!areTheEstimates) return undefined;
    const differences = b.parts.map((part, row) => part - a.parts[row]!);
    const most = meanOf === undefined ? SCORE_NOISE : noise;
    const areEqual = differences.every((value) => Math.abs(value) <= most) &&
      b.weights.every((weight, row) => Math.abs(weight - a.weights[row]!) <= most);
    if (areEqual) return { low: 0, high: 0 };
    const bootstrap = this.#bootstrapOf(ids);
    const { low, high } = meanOf === undefined
      ? ratioDifference(bootstrap, a, b)
      : bootstrap.mean(differences);
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

  scoreOf(id: string): number {
    return this.#rows.get(id)!.d;
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
