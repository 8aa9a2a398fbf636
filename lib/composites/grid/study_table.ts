/** estimates.csv: estimates of several results, one below the other; and what a reader looks for first in each run: its accuracy, and the strongest part of its method. */

import { numberOrNone } from "../../study/columns.ts";
import {
  count,
  fillOnRequest,
  key,
  optional,
  type RowOf,
  type Table,
  table,
  type TableSchema,
  text,
} from "../../tables/table.ts";
import { BLOCKS_SUMMARY } from "../../study/evaluate/blocks.ts";
import { SUMMARY, type Verdict, verdictOf } from "../../study/evaluate/summary.ts";
import { estimateIn } from "../../study/effects/estimate_columns.ts";
import type { Line } from "../../study/effects/row_values.ts";
import { type EstimateColumn, estimatesOf, excludesZero, keysOf } from "../../tables/estimates.ts";
import type { FinishedPart } from "../parts/part.ts";
import type { StudyRun } from "./run_grid.ts";
import { freeCells } from "../../study/effects/named_shares.ts";
import { SHARES } from "../../experiments/shares/index.ts";
import type { GridCell } from "./grid.ts";

export const ESTIMATES = table(
  "estimates",
  "Estimates of the runs of a study, one below the other: all that they have over groups of rows, the scores once for each model, data and seed.",
  {
    model: key(text("The model's name in the study file.")),
    data: optional(key(text("The name of the data in the study file."))),
    experiment: optional(
      key(text("The name of the experiment; of the parts of an atlas with `/` and the part.")),
    ),
    seed: optional(key(count("The seed of the run."))),
    table: optional(key(text("The table: a CSV file of the run without its extension."))),
    negation: optional(
      key(text("The negated side, or `all` rows; empty in a table that is not by side.")),
    ),
    segment: optional(key(text("The group of rows; empty in a table that has none."))),
    part: optional(key(text(
      "The table's other keys, as `layer=3;head=2`, without those that are empty.",
    ))),
    quantity: key(text("The column of the estimate, in its own table.")),
    n: optional(count("The rows that it is over.")),
    value: numberOrNone("", "The estimate, with the unit of its column."),
    low: numberOrNone("", "Lower bound of its 95 % interval."),
    high: numberOrNone("", "Upper bound of the same."),
    simultaneous_low: numberOrNone(
      "",
      "Lower bound of the interval that holds for all rows of its group at once.",
    ),
    simultaneous_high: numberOrNone("", "Upper bound of the same."),
    control: optional(
      text("The control that it is compared with, if the run has controls for it."),
    ),
    control_value: numberOrNone("", "What the control shows in its place."),
    specific: optional(text("Whether it is beyond the control: `yes` or `no`.")),
  },
);

/** A row of estimates.csv: an estimate of one of several results. */
export type EstimateRow = RowOf<typeof ESTIMATES>;

export const SCORES = "evaluate"; // experiment whose tables every run with images has

export const CIRCUIT = "circuit"; // experiment whose parts are the members of a circuit

/** The tables that it writes, and every other run with scores. */
const OF_SCORES: readonly string[] = [SUMMARY.name, BLOCKS_SUMMARY.name];

/** Makes the table; one file after the other is read whenever its rows are walked. */
export function studyTable(runs: readonly StudyRun[]): Table<EstimateRow> {
  return fillOnRequest(ESTIMATES, () => rowsOfRuns(runs));
}

function* rowsOfRuns(runs: readonly StudyRun[]): Generator<EstimateRow> {
  const scored = new Set<string>();
  for (const { cell: { model, data, seed }, tables } of runs) {
    const place = { model: model.name, data: data.name, seed };
    const group = JSON.stringify(place);
    for (const run of tables) {
      for (const schema of tablesOf(run)) {
        const isOfScores = OF_SCORES.includes(schema.name);
        const key = `${schema.name} ${group}`;
        if (isOfScores && scored.has(key)) continue;
        if (isOfScores) scored.add(key);
        const experiment = isOfScores ? SCORES : run.name;
        yield* rowsOfTable(schema, run, { ...place, experiment });
      }
    }
  }
}

/** The tables with estimates about groups of rows, those of the scores first. */
function tablesOf({ schemas }: FinishedPart): TableSchema[] {
  const all = [...schemas.values()].filter((schema) =>
    estimatesOf(schema).length > 0 && !keysOf(schema).includes("id")
  );
  const isOfScores = ({ name }: TableSchema) => Number(OF_SCORES.includes(name));
  return all.toSorted((a, b) => isOfScores(b) - isOfScores(a));
}

type Place = Pick<EstimateRow, "model" | "data" | "experiment" | "seed">;

function* rowsOfTable(
  schema: TableSchema,
  run: FinishedPart,
  place: Place,
): Generator<EstimateRow> {
  const keys = keysOf(schema).filter((name) => name !== "negation" && name !== "segment");
  const estimates = estimatesOf(schema);
  for (const line of run.rows(schema) as readonly Line[]) {
    const text = (name: string) => line[name] as string | undefined;
    const parts = keys.flatMap((name) => line[name] === undefined ? [] : [`${name}=${line[name]}`]);
    const common = {
      ...place,
      ...{ table: schema.name, negation: text("negation"), segment: text("segment") },
      part: parts.length === 0 ? undefined : parts.join(";"),
      n: line["n"] as number | undefined,
    };
    for (const estimate of estimates) {
      if (line[estimate.name] === undefined) continue;
      yield { ...common, ...cellsOf(line, estimate) };
    }
  }
}

function cellsOf(line: Line, estimate: EstimateColumn) {
  const { simultaneousLow, simultaneousHigh, control, ...found } = estimateIn(
    line,
    estimate.name,
    estimate,
  );
  const { isBeyond } = control ?? {};
  return {
    quantity: estimate.name,
    ...found,
    simultaneous_low: simultaneousLow,
    simultaneous_high: simultaneousHigh,
    control: control?.control,
    control_value: control?.value,
    specific: isBeyond === undefined ? undefined : isBeyond ? "yes" : "no",
  };
}

interface Headline extends Record<"table" | "quantity", string> {
  readonly only?: readonly [key: string, cell: string];
  readonly isPositive?: boolean; // whether a part below 0 is none of what the task looks for
}

/** The estimate that tells most of a task: its table and column, and the rows of which it is. */
const HEADLINES: Readonly<Record<string, Headline>> = {
  evaluate: { table: "summary", quantity: "accuracy" },
  trace: { table: "trace", quantity: "cte" },
  attend: { table: "heads", quantity: "above_baseline", isPositive: true },
  knockout: { table: "knockout_summary", quantity: "share" },
  ablate: { table: "ablation_summary", quantity: "share" },
  shares: { table: "shares_summary", quantity: "share" },
  attribute: { table: "attribution_summary", quantity: "share" },
  paths: { table: "paths_summary", quantity: "share" },
  circuit: { table: "circuit_nodes", quantity: "effect", only: ["ranking", "circuit"] },
  probe: { table: "probe_summary", quantity: "above_control" },
  correlate: { table: "correlate_summary", quantity: "r" },
  transplant: { table: "transplant_summary", quantity: "share", only: ["kind", "layer"] },
  atlas: { table: "atlas", quantity: "value", only: ["method", "total"] },
};

export interface RunHeadlines {
  readonly cell: GridCell;
  readonly missing?: string | undefined;
  readonly verdict?: Verdict | undefined; // by the first of its tables with scores
  readonly accuracy?: EstimateRow | undefined; // over all rows; undefined without images
  readonly gamma?: EstimateRow | undefined; // over matched rows
  /** The part with the largest absolute value whose interval excludes 0, of those that the method does not fix; undefined if there is none. */
  readonly strongest?: EstimateRow | undefined;
  readonly all: readonly EstimateRow[]; // all estimates that it is the strongest of
}

/** Rows of estimates.csv by run, with the scores of its model, data and seed. */
export function headlinesOf(
  runs: readonly StudyRun[],
  rows: Iterable<EstimateRow>,
): RunHeadlines[] {
  const quantities = new Set(
    [...Object.values(HEADLINES), { table: SUMMARY.name, quantity: "gamma" }]
      .map(({ table, quantity }) => `${table} ${quantity}`),
  );
  const wanted = Map.groupBy(
    Iterator.from(rows).filter(({ table, quantity }) => quantities.has(`${table} ${quantity}`)),
    keyOf,
  );
  return runs.map(({ cell, tables, missing }) => {
    const place = { model: cell.model.name, data: cell.data.name, seed: cell.seed };
    const scores = wanted.get(keyOf({ ...place, experiment: SCORES })) ?? [];
    const score = (quantity: string, negation: string) =>
      scores.find((row) => row.quantity === quantity && row.negation === negation);
    const { name, task } = cell.experiment;
    const { table, quantity, only, isPositive = false } = HEADLINES[task]!;
    const told = tables.values().map((run) => verdictOf(run.rows(SUMMARY), { name: place.model }));
    const verdict = told.find((found) => found !== undefined);
    const accuracy = score("accuracy", "all");
    const found = { cell, missing, verdict, accuracy, gamma: score("gamma", "both") };
    if (task === SCORES) return { ...found, strongest: accuracy, all: [] };
    const ofRun = wanted.get(keyOf({ ...place, experiment: name })) ?? [];
    const all = freeRows(
      ofRun.filter((row) =>
        row.table === table && row.quantity === quantity && (!isPositive || row.value! > 0) &&
        (only === undefined || keyIn(row.part, only[0]) === only[1])
      ),
    );
    return { ...found, strongest: strongestOf(all), all };
  });
}

function keyOf(
  { model, data, experiment, seed }: Pick<EstimateRow, "model" | "data" | "experiment" | "seed">,
): string {
  return JSON.stringify([model, data, experiment, seed]);
}

/** The rows of one segment, see {@linkcode segmentShown}, without what the method fixes. */
function freeRows(rows: readonly EstimateRow[]): EstimateRow[] {
  const segment = segmentShown(rows);
  const own = rows.filter((row) =>
    (row.segment === segment || row.segment === undefined) && row.negation !== "both" && // whose shares are of gamma
    !keyIn(row.part, "part")?.startsWith("heads ") // several heads at once are no part
  );
  const whole = own.filter((row) => keyIn(row.part, "role") === undefined);
  if (whole.length > 0) return whole;
  const isFree = freeCells(own, ({ table, part, value }) => ({
    site: table === SHARES.summary.name ? "resid" : keyIn(part, "site"),
    layer: Number(keyIn(part, "layer") ?? 0),
    role: keyIn(part, "role"),
    values: [value],
  }));
  return own.filter(isFree);
}

/** All segments together where the estimate is defined for these, else the correct rows, else the first segment. */
function segmentShown(rows: readonly EstimateRow[]): string | undefined {
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

export function boundsOf(
  { low, high, simultaneous_low, simultaneous_high }: Partial<EstimateRow>,
) {
  return simultaneous_low === undefined
    ? { low, high }
    : { low: simultaneous_low, high: simultaneous_high };
}

function strongestOf(rows: readonly EstimateRow[]): EstimateRow | undefined {
  const certain = rows.filter((row) => row.value !== undefined && excludesZero(boundsOf(row)));
  return certain.toSorted((a, b) => Math.abs(b.value!) - Math.abs(a.value!))[0];
}
