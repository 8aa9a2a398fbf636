/** Compares two finished runs with each other, and writes the comparison into a folder. */

import { NegscopeError } from "../../errors.ts";
import { readFinished, recordOf, type RunRecord } from "../../files/run_record.ts";
import { CLIP } from "../../model/families.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import { allSchemas } from "../../experiments/schemas.ts";
import { clusterBy } from "../../study/clusters.ts";
import { estimatesOf } from "../../tables/estimates.ts";
import { readTables } from "../read_tables.ts";
import {
  checkOut,
  comparedSources,
  type ComparisonFolder,
  writeComparison,
  type WrittenComparison,
} from "../write_comparison.ts";
import { sideBySideChart } from "./chart.ts";
import { type NamedRun, sideBySideFindings } from "./findings.ts";
import { modelFilesText, runDifferences } from "./run_differences.ts";
import { PairedRows, type RowsOfRun } from "./paired.ts";
import { sideBySideRows, sideBySideTable, summarizeSideBySide } from "./tables.ts";

/** The files that the comparison of two runs writes. */
export const TWO_RUNS_FILES = {
  tables: ["runs_side_by_side", "runs_side_by_side_summary"],
  charts: ["runs_side_by_side"],
} as const;

/** A run with the tables that can be compared. */
interface ReadRun extends RowsOfRun {
  readonly named: NamedRun;
  readonly record: RunRecord;
}

/**
 * Compares two finished runs, table by table and cell by cell, and writes the results.
 *
 * @param folders The first and the second run's folder.
 * @param settings Where the comparison is written.
 * @returns The findings, and what was done with the folder.
 * @throws {NegscopeError} If a folder holds no finished run, or the runs share no table that can be compared.
 */
export async function compareTwoFolders(
  folders: readonly [first: string, second: string],
  settings: ComparisonFolder,
): Promise<WrittenComparison> {
  const stopwatch = new Stopwatch();
  await checkOut(settings.out, folders);
  const [first, second] = [await readRun(folders[0]), await readRun(folders[1])];
  const shared = COMPARABLE.filter(({ name }) =>
    [first, second].every((run) => run.tables.has(name))
  );
  if (shared.length === 0) throw nothingShared(first, second);
  const paired = new PairedRows(first, second, SEED);
  const cells = sideBySideTable(
    shared.flatMap((schema) =>
      sideBySideRows(
        schema,
        [first.tables.get(schema.name)!, second.tables.get(schema.name)!],
        paired,
      )
    ),
  );
  const summary = summarizeSideBySide(cells.rows);
  const text = sideBySideFindings(
    [first.named, second.named],
    { cells: cells.rows, summary: summary.rows },
    {
      options: runDifferences(first.record, second.record),
      models: modelFilesText(first.record, second.record),
    },
  );
  const sources = await comparedSources(
    [first.record, second.record],
    folders.flatMap((folder) =>
      shared.map(({ name }) => ({ file: `${name}.csv`, path: `${folder}/${name}.csv` }))
    ),
  );
  return await writeComparison(settings, {
    command: "compare",
    options: { runs: [folders[0]], with: folders[1] },
    sources,
    files: TWO_RUNS_FILES,
    tables: [cells, summary],
    charts: () => ({
      runs_side_by_side: sideBySideChart(cells.rows, { sources, summary: summary.rows }),
    }),
    cells: cells.rows.length,
    measured: cells.rows.filter(({ difference }) => difference !== undefined).length,
    findings: `negscope compare: two runs side by side\n\n${text}`,
    stopwatch,
  });
}

/** All tables of the kit. */
const SCHEMAS = allSchemas();

/** Those with estimates, by which two runs are compared. */
const COMPARABLE = [...SCHEMAS.values()].filter((schema) => estimatesOf(schema).length > 0);

/** The tables of which they are means, with `evaluate`, which has the rows' sentences. */
const OF_ROWS_OF_DATA = new Set([
  "evaluate",
  ...COMPARABLE.flatMap(estimatesOf).flatMap(({ meanOf, shareOf }) =>
    (meanOf ?? shareOf)?.table ?? []
  ),
]);

/** The seed of the samples for paired intervals. */
const SEED = 0;

async function readRun(folder: string): Promise<ReadRun> {
  const manifest = await readFinished(folder);
  const { command, model, rows } = manifest;
  const names = [...COMPARABLE.map(({ name }) => name), ...OF_ROWS_OF_DATA];
  const tables = await readTables(folder, manifest, names);
  const named = {
    folder,
    task: command,
    model: model?.name ?? "unknown",
    rows: rows.kept,
    ...(model && { taken: model.taken ?? [], score: model.score ?? CLIP.similarity.formula }),
  };
  const cluster = clusterBy(manifest.options["cluster"]);
  return { named, record: recordOf(folder, manifest), tables, cluster };
}

function nothingShared(first: ReadRun, second: ReadRun): NegscopeError {
  const [a, b] = [first, second].map(({ named: { folder, task } }) => `"${folder}" (${task})`);
  return new NegscopeError("not-comparable", {
    problem: `Cannot compare runs ${a} and ${b}`,
    subject: second.named.folder,
    reason: "they have no table in common that can be compared",
    expected: "two runs of one task",
  });
}
