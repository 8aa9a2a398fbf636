/** Tables: their rows, and their columns, defined once, from which row type, order, reader and documentation follow; and how they show themselves in a notebook. */

import type { EstimateBounds, IntervalColumns } from "./estimates.ts";

type Display = (this: object) => Promise<object>;

/** One function for all objects, so that two of the same content are equal. */
let display: Display | undefined;

/** Says how all values are shown: lib/show does, since it imports the rooms that they are from. */
export function displayBy(own: Display): void {
  display = own;
}

/** Gives an object, or all that have it as their prototype, the method that Deno's kernel asks for; a copy of an object lacks it. */
export function showsItself<Value extends object>(value: Value): Value {
  return Object.defineProperty(value, Symbol.for("Jupyter.display"), { get: () => display });
}

/** One value of a table; `undefined` is a missing value. */
export type TableCell = string | number | undefined;

/** A column: what its cells hold and what they mean. */
export interface Column<Cell extends TableCell = TableCell> {
  /** How a cell is read: as text, as a whole number from 0, or as any finite number. */
  readonly kind: "text" | "count" | "number";
  /** The unit of a number, e.g. `logit`; empty if there is none. */
  readonly unit: string;
  /** What a cell means. */
  readonly definition: string;
  /** Whether a cell may be empty. */
  readonly optional: boolean;
  /** Whether it is one of the columns that together identify a row. @default {false} */
  readonly isKey?: boolean;
  /** Where the interval of its values stands, if they are estimates: what tables of two runs are compared by. */
  readonly estimate?: EstimateBounds;
  /** Carries the type of the cells; never present at run time. */
  readonly cell?: Cell;
}

/** Columns by name, in the order of the file. */
export type Columns = { readonly [name: string]: Column };

/** The description of a table: its file, its columns and its purpose. */
export interface TableSchema<Own extends Columns = Columns> {
  /** The file's name without its extension. */
  readonly name: string;
  /** What a row represents. */
  readonly about: string;
  /** The columns in the order of the file. */
  readonly columns: Own;
}

/** Rows in which every property is a cell. */
export type Cells<Row> = { readonly [Column in keyof Row]: TableCell };

/**
 * A row of a table: its texts with their types, the names of its numbers, and the names of numbers that may be missing. What a schema's
 * columns give is the same; it is written out where users see it, since a registry shows only types that need no inference.
 */
export type Row<Texts, Numbers extends string, Missing extends string = never> =
  & Readonly<Texts>
  & Readonly<Record<Numbers, number>>
  & Readonly<Record<Missing, number | undefined>>;

/**
 * Rows, one for each observation, and the order of their columns.
 *
 * The rows of a long table may be made only when `rows` is read, and then all are in memory; {@linkcode rowsOf} gives them one after
 * the other.
 */
export interface Table<Row extends Cells<Row>> {
  /** The file's name without its extension. */
  readonly name: string;
  /** Every property of the rows, in the order of the file. */
  readonly columns: readonly (keyof Row & string)[];
  /** The observations. */
  readonly rows: readonly Row[];
  /** What the columns mean, of a table that is made from a schema. */
  readonly schema?: TableSchema;
}

/** A table with rows of any type. */
export type AnyTable = Omit<Table<Readonly<Record<string, TableCell>>>, "columns"> & {
  /** Every property of the rows, in the order of the file. */
  readonly columns: readonly string[];
};

/** The names of the columns that hold numbers: those of such a kind in the schema, and of the others those in which no cell is a text. */
export function numberColumns(table: AnyTable): Set<string> {
  const { columns, schema } = table;
  const kindOf = (column: string) => schema?.columns[column]?.kind;
  const found = new Set(columns.filter((column) => kindOf(column) !== "text"));
  const unknown = [...found].filter((column) => kindOf(column) === undefined);
  for (const row of unknown.length === 0 ? [] : rowsOf(table)) {
    for (const column of unknown) {
      if (typeof row[column] === "string") found.delete(column);
    }
  }
  return found;
}

/** How tables whose rows are not in memory make them; a copy of a table with other rows is not among them. */
const makers = new WeakMap<object, () => Iterable<unknown>>();

/** The rows of a table one after the other, without keeping those that are made on request. They can be walked any number of times. */
export function rowsOf<Row>(table: { readonly rows: readonly Row[] }): Iterable<Row> {
  const make = makers.get(table) as (() => Iterable<Row>) | undefined;
  return make === undefined ? table.rows : { [Symbol.iterator]: () => make()[Symbol.iterator]() };
}

/** A row of a table with these columns. */
export type RowOfColumns<Own extends Columns> = {
  readonly [Name in keyof Own]: Own[Name] extends Column<infer Cell> ? Cell : never;
};

/** A row of the table that a schema describes: `type TraceRow = RowOf<typeof TRACE>`. */
export type RowOf<Schema extends { readonly columns: Columns }> = RowOfColumns<Schema["columns"]>;

/** A column of text with what a cell means. */
export function text<Value extends string = string>(definition: string): Column<Value> {
  return { kind: "text", unit: "", definition, optional: false };
}

/** A column of whole numbers from 0, such as layers, heads and numbers of rows; the unit is what is counted, if the name does not say it. */
export function count(definition: string, unit = ""): Column<number> {
  return { kind: "count", unit, definition, optional: false };
}

/** A column of finite numbers; the unit is empty if there is none. */
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

/** Describes a table: its file without the extension, what a row represents, and its columns in the order of the file. */
export function table<const Own extends Columns>(
  name: string,
  about: string,
  columns: Own,
): TableSchema<Own> {
  return { name, about, columns };
}

/** Makes a table of rows. */
export function fillTable<Own extends Columns>(
  schema: TableSchema<Own>,
  rows: readonly RowOfColumns<Own>[],
): Table<RowOfColumns<Own>> {
  const columns = Object.keys(schema.columns) as (keyof Own & string)[];
  return showsItself({ name: schema.name, columns, rows, schema });
}

/** Makes a table whose rows are made anew whenever they are asked for, the same each time, so that a long one need not be in memory. */
export function fillOnRequest<Own extends Columns>(
  schema: TableSchema<Own>,
  make: () => Iterable<RowOfColumns<Own>>,
): Table<RowOfColumns<Own>> {
  let all: readonly RowOfColumns<Own>[] | undefined;
  const table = {
    ...fillTable(schema, []),
    get rows() {
      return all ??= [...make()];
    },
  };
  makers.set(table, make);
  return showsItself(table);
}
