/** A run from tables in memory, for comparison with the published figures. */

import type { ClipConfig } from "../model/config.ts";
import { CsvRow } from "../tables/csv_row.ts";
import type { Protocol } from "../data/pairs.ts";
import { type RecordedFile, type RunRecord, UNKNOWN } from "../files/run_record.ts";
import { type RunTables, tablesOfRun } from "./run_tables.ts";

/** A table of any experiment. */
export interface MeasuredTable {
  /** The file's name without its extension. */
  readonly name: string;
  /** The rows of the table. */
  readonly rows: readonly object[];
}

/** What a run records about its model; a `Clip` has it. */
export interface MeasuredModel {
  /** The model's folder. */
  readonly folder: string;
  /** Its sizes; those of the image tower are unknown if embeddings made elsewhere stand in for it. */
  readonly config: Pick<ClipConfig, "text"> & Partial<Pick<ClipConfig, "vision">>;
}

/** The measured tables and their sources. */
export interface Measured {
  /** The protocol by which sentences were aligned. */
  readonly protocol: Protocol;
  /** The number of rows that were used. */
  readonly kept: number;
  /** The seed of random weights, if they replaced the model's own. */
  readonly randomWeights?: number | undefined;
  /** For each tower, one checksum for its files. @default {not known} */
  readonly towers?: RunRecord["towers"];
  /** Checksums of the model's and the data's files. */
  readonly sources: {
    readonly model: readonly RecordedFile[];
    readonly data: readonly RecordedFile[];
  };
  /** summary, which shows whether the data are the published data, and those of trace, heads and head_roles that are compared. */
  readonly tables: readonly MeasuredTable[];
}

/**
 * Returns what `readRunTables` reads from a run's folder, without a folder.
 *
 * @param clip The measured model.
 * @param measured The tables and their sources.
 * @throws {NegscopeError} If no table can be compared, or the trace is of another site than the published one.
 */
export function measuredRun(
  clip: MeasuredModel,
  { protocol, kept, sources, tables, towers = {}, randomWeights }: Measured,
): RunTables {
  const { text, vision } = clip.config;
  const files = tables.map(({ name, rows }): [string, CsvRow[]] => {
    const source = `${name}.csv`;
    return [name, rows.map((row, index) => csvRow(row, { source, row: index + 2 }))];
  });
  const record = {
    ...{ folder: clip.folder, text, image: vision ?? UNKNOWN, protocol, kept, sources, towers },
    ...(randomWeights !== undefined && { randomWeights }),
  };
  return tablesOfRun(record, new Map(files));
}

function csvRow(row: object, place: { readonly source: string; readonly row: number }): CsvRow {
  const cells = Object.entries(row).map(([column, cell]) => [column, String(cell ?? "")] as const);
  return new CsvRow(Object.fromEntries(cells), place);
}
