/** Rows of two tables joined by their keys. */

import type { CsvRow } from "./csv_row.ts";
import { keysOf } from "./estimates.ts";
import type { TableSchema } from "./table.ts";

export interface JoinedRows<First, Second> {
  readonly first: First | undefined;
  readonly second: Second | undefined;
}

/**
 * Joins two tables: the rows of the first in their order, then those that only the second has. Of rows with equal keys, each of the
 * first meets one of the second, in their order.
 */
export function joinRows<First, Second>(
  first: readonly First[],
  second: readonly Second[],
  keyOf: (row: First | Second) => string,
): JoinedRows<First, Second>[] {
  const unmet = Map.groupBy(second, keyOf);
  const joined = first.map((row) => ({ first: row, second: unmet.get(keyOf(row))?.shift() }));
  const left = unmet.values().flatMap((rows) => rows);
  return [...joined, ...left.map((row) => ({ first: undefined, second: row }))];
}

/** The cells of a row's keys as the file has them, by column; empty where the table has no such column. */
export type KeyCells = Readonly<Record<string, string>>;

export function keyCells(row: CsvRow, keys: readonly string[]): KeyCells {
  return Object.fromEntries(keys.map((key) => [key, row.optional(key) ?? ""]));
}

/**
 * Joins the rows of two files by the keys of their schema that both files have: what the paper published has fewer keys than a run, and a trace of an
 * earlier version, which had one direction, meets the first of both.
 */
export function joinFiles(
  schema: TableSchema,
  first: readonly CsvRow[],
  second: readonly CsvRow[],
): JoinedRows<CsvRow, CsvRow>[] {
  const keys = keysOf(schema).filter((key) =>
    [first, second].every(([row]) => row?.has(key) ?? true)
  );
  return joinRows(first, second, (row) => JSON.stringify(Object.values(keyCells(row, keys))));
}
