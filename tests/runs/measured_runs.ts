/** Runs in memory, for the tests of what reads the tables of runs. */

import type { RunRecord } from "../../lib/files/manifest.ts";
import { type MeasuredRun, type OpenedRun, tablesInMemory } from "../../lib/runs/open_run.ts";
import type { AnyTable, Columns, RowOfColumns, TableSchema } from "../../lib/tables/table.ts";
import { MANIFEST, NOTHING_FOUND } from "./run_folders.ts";

/** A table with these rows, which need not have all its columns. */
export function tableWith<Own extends Columns>(
  schema: TableSchema<Own>,
  rows: readonly Partial<RowOfColumns<Own>>[],
): AnyTable {
  const columns = Object.keys(schema.columns);
  return { name: schema.name, columns, rows: rows as AnyTable["rows"], schema };
}

/** A run on the published model and data. */
export function measuredRun(
  tables: readonly AnyTable[],
  record: Partial<RunRecord> = {},
): MeasuredRun {
  const { model: { text, image }, sources } = MANIFEST;
  return {
    record: {
      ...{ folder: "run", text, image, protocol: "rephrased", kept: 490, sources },
      ...record,
    },
    cluster: undefined,
    ...tablesInMemory(tables),
  };
}

/** The same as it is opened from a folder. */
export function openedRun(
  tables: readonly AnyTable[],
  { manifest = MANIFEST, ...record }: Partial<RunRecord> & Pick<Partial<OpenedRun>, "manifest"> =
    {},
): OpenedRun {
  const run = measuredRun(tables, record);
  return { ...run, folder: run.record.folder, manifest, findings: NOTHING_FOUND };
}
