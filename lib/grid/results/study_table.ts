/** study.csv: every estimate of every run of a study, one below the other. */

import { ATLAS } from "../../atlas/tables.ts";
import { MOST_BYTES, readTextSync } from "../../files/read_file.ts";
import { notAsWritten } from "../../files/manifest_file.ts";
import { sha256Text } from "../../reading/sha256.ts";
import { allSchemas } from "../../experiments/all.ts";
import { numberOrNone } from "../../study/columns.ts";
import { SUMMARY } from "../../study/evaluate/summary.ts";
import { estimateIn } from "../../study/controls/read_estimate.ts";
import { type CsvRow, readCsvRows } from "../../tables/csv.ts";
import { type EstimateColumn, estimatesOf, keysOf } from "../../tables/estimates.ts";
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
import type { FinishedTables, StudyRun } from "./finished_runs.ts";

/** The experiment whose tables every run with images has. */
export const SCORES = "evaluate";

export const STUDY = table(
  "study",
  "One row for each estimate that a run has a value for, of tables whose rows are not rows of the data. The scores are there once for each model, data and seed, as those of `evaluate`.",
  {
    model: key(text("The model's name in the study file.")),
    data: key(text("The name of the data.")),
    experiment: key(
      text("The name of the experiment; of the parts of an atlas with `/` and the part."),
    ),
    seed: key(count("The seed of the run.")),
    table: key(text("The table: a CSV file of the run without its extension.")),
    negation: optional(
      key(text("The negated side, or `all` rows; empty in a table that is not by side.")),
    ),
    segment: optional(key(text("The group of rows; empty in a table that has none."))),
    part: optional(key(text(
      "The table's other keys, as `layer=3;head=2`, without those that are empty.",
    ))),
    quantity: key(text("The column of the estimate.")),
    n: optional(count("The table's column n.")),
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

export type StudyTableRow = RowOf<typeof STUDY>;

/** All tables with estimates about groups of rows, those of the scores first. */
const SCHEMAS: readonly TableSchema[] = [...allSchemas().values(), ATLAS]
  .filter((schema) => estimatesOf(schema).length > 0 && !keysOf(schema).includes("id"));

/** Makes the table; one file after the other is read whenever its rows are walked. */
export function studyTable(runs: readonly StudyRun[]): Table<StudyTableRow> {
  return fillOnRequest(STUDY, () => rowsOfRuns(runs));
}

function* rowsOfRuns(runs: readonly StudyRun[]): Generator<StudyTableRow> {
  const scored = new Set<string>();
  for (const { cell: { model, data, seed }, tables } of runs) {
    const place = { model: model.name, data: data.name, seed };
    const group = JSON.stringify(place);
    for (const run of tables) {
      for (const schema of SCHEMAS.filter((schema) => hasTable(run, schema))) {
        const isOfScores = schema.name === SUMMARY.name;
        if (isOfScores && scored.has(group)) continue;
        if (isOfScores) scored.add(group);
        const experiment = isOfScores ? SCORES : run.experiment;
        yield* rowsOfTable(schema, run, { ...place, experiment });
      }
    }
  }
}

function hasTable(
  { manifest: { checksums = {} } }: FinishedTables,
  { name }: TableSchema,
): boolean {
  return Object.hasOwn(checksums, `${name}.csv`);
}

type Place = Pick<StudyTableRow, "model" | "data" | "experiment" | "seed">;

function* rowsOfTable(
  schema: TableSchema,
  { folder, manifest: { checksums = {} } }: FinishedTables,
  place: Place,
): Generator<StudyTableRow> {
  const file = `${schema.name}.csv`;
  const path = `${folder}/${file}`;
  const text = readTextSync(path, MOST_BYTES.rows);
  if (sha256Text(text) !== checksums[file]) throw notAsWritten(path);
  const keys = keysOf(schema).filter((name) => name !== "negation" && name !== "segment");
  const estimates = estimatesOf(schema);
  for (const row of readCsvRows(text, path)) {
    const parts = keys.flatMap((name) => {
      const cell = row.optional(name);
      return cell === undefined ? [] : [`${name}=${cell}`];
    });
    const common = {
      ...{ model: place.model, data: place.data, experiment: place.experiment, seed: place.seed },
      table: schema.name,
      negation: row.optional("negation"),
      segment: row.optional("segment"),
      part: parts.length === 0 ? undefined : parts.join(";"),
      n: row.has("n") ? row.number("n") : undefined,
    };
    for (const estimate of estimates) {
      if (!row.has(estimate.name) || row.isEmpty(estimate.name)) continue;
      yield { ...common, ...cellsOf(row, estimate) };
    }
  }
}

function cellsOf(row: CsvRow, estimate: EstimateColumn) {
  const { simultaneousLow, simultaneousHigh, control, ...found } = estimateIn(
    row,
    estimate.name,
    estimate,
  );
  const { isSpecific } = control ?? {};
  return {
    quantity: estimate.name,
    ...found,
    simultaneous_low: simultaneousLow,
    simultaneous_high: simultaneousHigh,
    control: control?.control,
    control_value: control?.value,
    specific: isSpecific === undefined ? undefined : isSpecific ? "yes" : "no",
  };
}
