/** Reads a run's CSV tables back as texts. */

import { withoutGuard } from "./csv.ts";
import { readCsvLines } from "./csv_lines.ts";
import { tableUnreadable } from "./table_unreadable.ts";

/** A table as text. */
export interface CsvTable {
  /** The file's name without its extension. */
  readonly name: string;
  readonly columns: readonly string[];
  /** A text for each column. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads a table that the kit wrote.
 *
 * @param folder The run's folder.
 * @param name The file's name without its extension.
 * @throws {NegscopeError} If it cannot be read.
 */
export async function readCsvTable(folder: string, name: string): Promise<CsvTable> {
  const path = `${folder}/${name}.csv`;
  try {
    const [columns = [], ...rows] = readCsvLines(await Deno.readTextFile(path));
    return { name, columns, rows };
  } catch (error) {
    throw tableUnreadable(path, error);
  }
}

/** A function from a row to its cell in the named column. */
export function columnOf({ columns }: CsvTable, name: string): (row: readonly string[]) => string {
  const place = columns.indexOf(name);
  return (row) => withoutGuard(row[place] ?? "");
}
