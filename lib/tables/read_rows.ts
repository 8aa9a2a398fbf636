/** Reads the rows of a CSV file that the kit wrote, with the types of their schema. */

import { withoutGuard } from "./csv.ts";
import { type CsvRow, readCsvRows } from "./csv_row.ts";
import type { RowOfColumns } from "./schema.ts";
import type { Column, Columns, TableCell, TableSchema } from "./table.ts";

/**
 * Reads a table back.
 *
 * @param schema The table's schema.
 * @param text The file's text.
 * @param path The file's path, for messages.
 * @returns Its rows. Columns that the schema does not have are ignored.
 * @throws {NegscopeError} If it is not CSV, a column is missing, or a cell has a value that its column cannot hold.
 */
export function readRows<Own extends Columns>(
  schema: TableSchema<Own>,
  text: string,
  path: string,
): RowOfColumns<Own>[] {
  const columns = Object.entries<Column>(schema.columns);
  return readCsvRows(text, path).map((row) => {
    const cells = columns.map(([name, column]) => [name, readCell(row, name, column)] as const);
    return Object.fromEntries(cells) as RowOfColumns<Own>;
  });
}

function readCell(row: CsvRow, name: string, { kind, optional }: Column): TableCell {
  if (optional && row.isEmpty(name)) return undefined;
  switch (kind) {
    case "text":
      return withoutGuard(row.text(name));
    case "count":
      return row.count(name);
    case "number":
      return row.number(name) ?? row.refuse(name, "a number");
  }
}
