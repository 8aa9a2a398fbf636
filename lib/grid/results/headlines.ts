/** What a reader looks for first in each run: its accuracy, and the strongest part of its method. */

import { freeCells } from "../../compare/agreement.ts";
import { SHARES } from "../../experiments/shares/index.ts";
import { SUMMARY } from "../../study/evaluate/summary.ts";
import { excludesZero } from "../../tables/estimates.ts";
import type { GridCell } from "../grid.ts";
import type { StudyRun } from "./finished_runs.ts";
import { SCORES, type StudyTableRow } from "./study_table.ts";

/** The estimate that tells most of a task: its table and column, the rows of an atlas, and what a reader calls it. */
const HEADLINES: Readonly<
  Record<string, Record<"table" | "quantity" | "called", string> & { readonly method?: string }>
> = {
  evaluate: { table: "summary", quantity: "accuracy", called: "accuracy" },
  trace: { table: "trace", quantity: "cte", called: "effect of tracing" },
  attend: { table: "heads", quantity: "above_baseline", called: "selectivity above exchanged" },
  knockout: {
    table: "knockout_summary",
    quantity: "share",
    called: "share of d beyond the twin",
  },
  ablate: { table: "ablation_summary", quantity: "share", called: "share of d" },
  shares: { table: "shares_summary", quantity: "share", called: "share of d" },
  attribute: { table: "attribution_summary", quantity: "net_share", called: "share of d" },
  paths: { table: "paths_summary", quantity: "share", called: "share of d" },
  circuit: { table: "circuit", quantity: "faithfulness", called: "faithfulness" },
  probe: { table: "probe_summary", quantity: "above_control", called: "accuracy above control" },
  correlate: { table: "correlations", quantity: "r", called: "r" },
  atlas: { table: "atlas", quantity: "value", method: "total", called: "share of d" },
};

export interface RunHeadlines {
  readonly cell: GridCell;
  readonly missing?: string | undefined;
  /** Over all rows; undefined without images. */
  readonly accuracy?: StudyTableRow | undefined;
  readonly meanD?: StudyTableRow | undefined;
  /** What the strongest part is the strongest in. */
  readonly called: string;
  /** The part with the largest absolute value whose interval excludes 0, of those that the method does not fix; undefined if there is none. */
  readonly strongest?: StudyTableRow | undefined;
  /** All estimates that it is the strongest of. */
  readonly all: readonly StudyTableRow[];
}

/** Rows of study.csv by run, with the scores of its model, data and seed. */
export function headlinesOf(
  runs: readonly StudyRun[],
  rows: Iterable<StudyTableRow>,
): RunHeadlines[] {
  const quantities = new Set(
    [...Object.values(HEADLINES), { table: SUMMARY.name, quantity: "mean_d" }]
      .map(({ table, quantity }) => `${table} ${quantity}`),
  );
  const wanted = Map.groupBy(
    Iterator.from(rows).filter(({ table, quantity }) => quantities.has(`${table} ${quantity}`)),
    keyOf,
  );
  return runs.map(({ cell, missing }) => {
    const place = { model: cell.model.name, data: cell.data.name, seed: cell.seed };
    const scores = wanted.get(keyOf({ ...place, experiment: SCORES })) ?? [];
    const score = (quantity: string) =>
      scores.find((row) => row.quantity === quantity && row.negation === "all");
    const { name, task } = cell.experiment;
    const { table, quantity, method, called } = HEADLINES[task]!;
    const [accuracy, meanD] = [score("accuracy"), score("mean_d")];
    if (task === SCORES) {
      return { cell, missing, called, accuracy, meanD, strongest: accuracy, all: [] };
    }
    const ofRun = wanted.get(keyOf({ ...place, experiment: name })) ?? [];
    const all = freeRows(
      ofRun.filter((row) =>
        row.table === table && row.quantity === quantity &&
        (method === undefined || keyIn(row.part, "method") === method)
      ),
    );
    return { cell, missing, called, accuracy, meanD, strongest: strongestOf(all), all };
  });
}

function keyOf(
  { model, data, experiment, seed }: Pick<StudyTableRow, "model" | "data" | "experiment" | "seed">,
): string {
  return JSON.stringify([model, data, experiment, seed]);
}

/** The rows of one segment, see {@linkcode segmentShown}, without what the method fixes. */
function freeRows(rows: readonly StudyTableRow[]): StudyTableRow[] {
  const segment = segmentShown(rows);
  const own = rows.filter((row) =>
    (row.segment === segment || row.segment === undefined) &&
    keyIn(row.part, "heads") === undefined // several heads at once are no part
  );
  const isFree = freeCells(own, ({ table, part, value }) => ({
    site: table === SHARES.summary.name ? "resid" : keyIn(part, "site"),
    layer: Number(keyIn(part, "layer") ?? 0),
    role: keyIn(part, "role"),
    values: [value],
  }));
  return own.filter((row) => keyIn(row.part, "role") === undefined || isFree(row));
}

/** All segments together where the estimate is defined for these, else the correct rows, else the first segment. */
function segmentShown(rows: readonly StudyTableRow[]): string | undefined {
  if (rows.some(({ segment, value }) => segment === "all" && value !== undefined)) return "all";
  const segments = rows.map(({ segment }) => segment)
    .filter((segment) => segment !== undefined && segment !== "all");
  return segments.includes("correct") ? "correct" : segments[0];
}

/** The cell of a key in the column `part`. */
export function keyIn(part: string | undefined, key: string): string | undefined {
  const own = part?.split(";").find((each) => each.startsWith(`${key}=`));
  return own?.slice(key.length + 1);
}

/** The bounds that decide whether a row is certain: the simultaneous ones if its table has them. */
export function boundsOf(
  { low, high, simultaneous_low, simultaneous_high }: Partial<StudyTableRow>,
) {
  return simultaneous_low === undefined
    ? { low, high }
    : { low: simultaneous_low, high: simultaneous_high };
}

function strongestOf(rows: readonly StudyTableRow[]): StudyTableRow | undefined {
  const certain = rows.filter((row) => row.value !== undefined && excludesZero(boundsOf(row)));
  return certain.toSorted((a, b) => Math.abs(b.value!) - Math.abs(a.value!))[0];
}
