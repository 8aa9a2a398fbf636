/** Rows of two tables with one schema, joined by their keys. */

import type { CsvRow } from "../../tables/csv_row.ts";

/** The cells of a row's keys as the file has them, by column. */
export type KeyCells = Readonly<Record<string, string>>;

/** A row of the first table, of the second, or of both. */
export interface JoinedRow {
  readonly keys: KeyCells;
  readonly first: CsvRow | undefined;
  readonly second: CsvRow | undefined;
}

/**
 * Joins two tables: the rows of the first in their order, then those that only the second has. Of rows with equal keys, each of the first meets one
 * of the second: a trace in both directions meets one of an earlier version, which has no such column, in the first of them.
 *
 * @param first The rows of a table.
 * @param second Those of another.
 * @param keys The columns that identify a row; those that a table lacks are left out.
 */
export function joinRows(
  first: readonly CsvRow[],
  second: readonly CsvRow[],
  keys: readonly string[],
): JoinedRow[] {
  const shared = keys.filter((key) => [...first, ...second].every((row) => row.has(key)));
  const cellsOf = (row: CsvRow, columns: readonly string[]) =>
    Object.fromEntries(columns.map((key) => [key, row.optional(key) ?? ""]));
  const textOf = (row: CsvRow) => JSON.stringify(Object.values(cellsOf(row, shared)));
  const unmet = Map.groupBy(second, textOf);
  const joined = first.map((row): JoinedRow => ({
    keys: cellsOf(row, keys),
    first: row,
    second: unmet.get(textOf(row))?.shift(),
  }));
  const left = unmet.values().flatMap((rows) => rows).map((row): JoinedRow => ({
    keys: cellsOf(row, keys),
    first: undefined,
    second: row,
  }));
  return [...joined, ...left];
}
