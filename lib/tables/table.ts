/** The tables that experiments make and that CSV files, the terminal and charts show. */

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

/** Rows, one for each observation, and the order of their columns. */
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
export interface AnyTable {
  /** The file's name without its extension. */
  readonly name: string;
  /** Every property of the rows, in the order of the file. */
  readonly columns: readonly string[];
  /** The observations. */
  readonly rows: readonly Readonly<Record<string, TableCell>>[];
  /** What the columns mean, of a table that is made from a schema. */
  readonly schema?: TableSchema;
}

/**
 * The columns that hold numbers: those of such a kind in the schema, and of the others those in which no cell is a text.
 *
 * @param table The table.
 * @returns Their names.
 */
export function numberColumns(table: AnyTable): Set<string> {
  const { columns, schema } = table;
  const kindOf = (column: string) => schema?.columns[column]?.kind;
  const found = new Set(columns.filter((column) => kindOf(column) !== "text"));
  const unknown = [...found].filter((column) => kindOf(column) === undefined);
  for (const row of unknown.length === 0 ? [] : table.rows) {
    for (const column of unknown) {
      if (typeof row[column] === "string") found.delete(column);
    }
  }
  return found;
}
