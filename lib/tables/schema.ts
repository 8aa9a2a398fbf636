/** A table's columns, defined once: row type, order, CSV reader and documentation follow from them. */

import type { EstimateBounds, IntervalColumns } from "./estimates.ts";
import {
  type Column,
  type Columns,
  madeTable,
  type Table,
  type TableCell,
  type TableSchema,
} from "./table.ts";

/** A row of a table with these columns. */
export type RowOfColumns<Own extends Columns> = {
  readonly [Name in keyof Own]: Own[Name] extends Column<infer Cell> ? Cell : never;
};

/** A row of the table that a schema describes: `type TraceRow = RowOf<typeof TRACE>`. */
export type RowOf<Schema extends { readonly columns: Columns }> = RowOfColumns<Schema["columns"]>;

/**
 * A column of text.
 *
 * @param definition What a cell means.
 */
export function text<Value extends string = string>(definition: string): Column<Value> {
  return { kind: "text", unit: "", definition, optional: false };
}

/**
 * A column of whole numbers from 0: layers, heads, positions, numbers of rows.
 *
 * @param definition What a cell means.
 * @param unit What is counted, if the name does not say it.
 */
export function count(definition: string, unit = ""): Column<number> {
  return { kind: "count", unit, definition, optional: false };
}

/**
 * A column of finite numbers.
 *
 * @param unit The unit; empty if there is none.
 * @param definition What a cell means.
 */
export function number(unit: string, definition: string): Column<number> {
  return { kind: "number", unit, definition, optional: false };
}

/** The same column with cells that may be empty. */
export function optional<Cell extends TableCell>(column: Column<Cell>): Column<Cell | undefined> {
  const { cell: _, ...rest } = column;
  return { ...rest, optional: true };
}

/** The same column as one of those that together identify a row of its table. */
export function key<Cell extends TableCell>(column: Column<Cell>): Column<Cell> {
  return { ...column, isKey: true };
}

/** The columns of an interval whose names begin alike: `low` and `high`. */
export function bounds(prefix: string): IntervalColumns {
  return { low: `${prefix}low`, high: `${prefix}high` };
}

/** The same column with values that are estimates; those that have no interval say nothing of it. */
export function estimated<Cell extends TableCell>(
  column: Column<Cell>,
  bounds: EstimateBounds = {},
): Column<Cell> {
  return { ...column, estimate: bounds };
}

/**
 * Describes a table.
 *
 * @param name The file's name without its extension.
 * @param about What a row represents, for docs/tables.
 * @param columns The columns in the order of the file.
 */
export function table<const Own extends Columns>(
  name: string,
  about: string,
  columns: Own,
): TableSchema<Own> {
  return { name, about, columns };
}

/**
 * Makes a table of rows.
 *
 * @param schema The table's schema.
 * @param rows The rows.
 */
export function fillTable<Own extends Columns>(
  schema: TableSchema<Own>,
  rows: readonly RowOfColumns<Own>[],
): Table<RowOfColumns<Own>> {
  const columns = Object.keys(schema.columns) as (keyof Own & string)[];
  return { name: schema.name, columns, rows, schema };
}

/**
 * Makes a table whose rows are made anew whenever they are asked for; see {@linkcode madeTable}.
 *
 * @param schema The table's schema.
 * @param make Makes the rows, the same each time.
 */
export function fillOnRequest<Own extends Columns>(
  schema: TableSchema<Own>,
  make: () => Iterable<RowOfColumns<Own>>,
): Table<RowOfColumns<Own>> {
  const columns = Object.keys(schema.columns) as (keyof Own & string)[];
  return madeTable({ name: schema.name, columns, schema }, make);
}

/**
 * Some columns of a row, for code that only reads them: a text may be any text, and an optional cell may be absent.
 */
export type Reads<Row, Names extends keyof Row> =
  & { readonly [Name in Names as undefined extends Row[Name] ? never : Name]: AnyText<Row[Name]> }
  & { readonly [Name in Names as undefined extends Row[Name] ? Name : never]?: AnyText<Row[Name]> };

/** Any text in place of some texts. */
export type AnyText<Cell> = Cell extends string ? string : Cell;
