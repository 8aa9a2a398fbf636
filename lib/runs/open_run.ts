/** A finished run, opened from its folder: what it recorded, the typed rows of its tables, how its estimates follow from rows, and what it found. */

import { NegscopeError } from "../errors/errors.ts";
import {
  type Manifest,
  notAsWritten,
  readFinished,
  recordOf,
  type RunRecord,
} from "../files/manifest.ts";
import { MOST_BYTES, readTextSync } from "../files/read_file.ts";
import { sha256Text } from "../reading/sha256.ts";
import type { Summary } from "../report/summary.ts";
import { type ClusterBy, clusterBy } from "../study/clusters.ts";
import { readRows, tableUnreadable } from "../tables/csv.ts";
import type { AnyTable, Columns, RowOfColumns, TableSchema } from "../tables/table.ts";
import { EFFECTS, FINDINGS } from "./write_results.ts";

interface RunTables {
  /** What its tables have, by their names. */
  readonly schemas: ReadonlyMap<string, TableSchema>;
  /** The rows of a table as its schema describes them; none if the run has no such table. */
  rows<Own extends Columns>(schema: TableSchema<Own>): readonly RowOfColumns<Own>[];
}

export interface MeasuredRun extends RunTables {
  readonly record: RunRecord;
  /** What intervals keep together. @default {sentence pairs} */
  readonly cluster: ClusterBy | undefined;
}

export interface OpenedRun extends MeasuredRun {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly findings: Summary;
}

/** Opens the folder of a finished run, whose tables are read when they are asked for; refuses one of an earlier version, and files that are not as written. */
export async function openRun(folder: string): Promise<OpenedRun> {
  const manifest = await readFinished(folder);
  const { checksums = {}, options } = manifest;
  const textOf = (file: string) => {
    const path = `${folder}/${file}`;
    let text: string;
    try {
      text = readTextSync(path, MOST_BYTES.rows);
    } catch (error) {
      throw tableUnreadable(path, error);
    }
    if (sha256Text(text) !== checksums[file]) throw notAsWritten(path);
    return text;
  };
  const isWhole = [EFFECTS, FINDINGS].every((file) => Object.hasOwn(checksums, file));
  if (!isWhole && options["shard"] === undefined) {
    throw new NegscopeError("run-edited", {
      problem: `Cannot read run "${folder}"`,
      reason: `it has no ${EFFECTS}: an earlier version of the kit made it`,
      fix: "run the same command again with --overwrite",
    });
  }
  const { tables, spreadsheet = true }: { // absent in runs of earlier versions, whose tables are for one
    readonly tables: readonly TableSchema[];
    readonly spreadsheet?: boolean;
  } = isWhole ? JSON.parse(textOf(EFFECTS)) : { tables: [] };
  const schemas = new Map(tables.map((schema) => [schema.name, schema]));
  return {
    folder,
    manifest,
    schemas,
    record: recordOf(folder, manifest),
    cluster: clusterBy(options["cluster"]),
    findings: isWhole ? JSON.parse(textOf(FINDINGS)) : { ...NOTHING, heading: manifest.command },
    rows: (schema) => {
      const own = schemas.get(schema.name);
      if (own === undefined) return [];
      const path = `${folder}/${own.name}.csv`;
      return readRows(own, textOf(`${own.name}.csv`), path, { spreadsheet }) as RowOfColumns<
        typeof schema.columns
      >[];
    },
  };
}

export function tablesInMemory(tables: readonly AnyTable[]): RunTables {
  const byName = new Map(tables.map((table) => [table.name, table]));
  return {
    schemas: new Map(tables.flatMap(({ name, schema }) => schema ? [[name, schema]] : [])),
    rows: ({ name, columns }) =>
      (byName.get(name)?.rows ?? []) as readonly RowOfColumns<typeof columns>[],
  };
}

/** What one shard found, which has rows alone. */
const NOTHING = { findings: [], method: [], words: [] };

/** A table of a run as the run made it. Undefined if it has none of this name. */
export function tableOf({ schemas, rows }: RunTables, name: string): AnyTable | undefined {
  const schema = schemas.get(name);
  if (schema === undefined) return undefined;
  return { name, columns: Object.keys(schema.columns), rows: rows(schema), schema };
}
