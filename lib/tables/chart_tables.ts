/** Tables of a run as rows again: the columns that charts are drawn from. */

import { type CsvRow, readCsvRows } from "./csv_row.ts";

/** A row of trace.csv; a cell without tokens of its role has no effect. */
export interface TraceTableRow {
  readonly negation: string;
  readonly segment: string;
  readonly site: string;
  readonly layer: number;
  readonly head: number | undefined;
  readonly role: string;
  readonly n: number;
  readonly cte: number | undefined;
  readonly cte_low: number | undefined;
  readonly cte_high: number | undefined;
}

/** A row of heads.csv. */
export interface HeadTableRow {
  readonly negation: string;
  readonly layer: number;
  readonly head: number;
  readonly n: number;
  readonly selectivity: number | undefined;
  readonly selectivity_low: number | undefined;
  readonly selectivity_high: number | undefined;
}

/**
 * Reads trace.csv.
 *
 * @param text The file's text.
 * @param path Its path, for messages.
 * @throws {NegscopeError} If a column is missing or a cell has another type.
 */
export function readTraceTable(text: string, path: string): TraceTableRow[] {
  return readCsvRows(text, path).map((row) => ({
    ...{ negation: row.text("negation"), segment: row.text("segment"), site: row.text("site") },
    ...{ layer: row.count("layer"), head: row.number("head"), role: row.text("role") },
    n: row.count("n"),
    ...interval(row, "cte"),
  }));
}

/**
 * Reads heads.csv.
 *
 * @param text The file's text.
 * @param path Its path, for messages.
 * @throws {NegscopeError} If a column is missing or a cell has another type.
 */
export function readHeadTable(text: string, path: string): HeadTableRow[] {
  return readCsvRows(text, path).map((row) => ({
    ...{ negation: row.text("negation"), layer: row.count("layer"), head: row.count("head") },
    n: row.count("n"),
    ...interval(row, "selectivity"),
  }));
}

/** An estimate with the columns of its interval. */
function interval<Name extends string>(row: CsvRow, name: Name) {
  const columns = [name, `${name}_low`, `${name}_high`] as const;
  return Object.fromEntries(columns.map((column) => [column, row.number(column)])) as {
    readonly [Column in typeof columns[number]]: number | undefined;
  };
}
