/** A table, as the experiments make it and the CSV, the terminal and the charts read it. */

import type { TableSchema } from "./schema.ts";

/** One value of a table; `undefined` is a missing one. */
export type TableCell = string | number | undefined;

/** Rows whose every property is a cell. */
export type Cells<Row> = { readonly [Column in keyof Row]: TableCell };

/** Rows, one observation each, with the order of their columns. */
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

/** A table whatever its rows. */
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
