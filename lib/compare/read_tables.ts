/** The tables of a finished run, as its manifest vouches for them. */

import { NegscopeError } from "../errors.ts";
import { type Manifest, readWritten } from "../files/manifest.ts";
import { type CsvRow, readCsvRows, tableUnreadable } from "../tables/csv.ts";

/** Reads those of some tables that a run wrote; whatever else lies in its folder is left alone. */
export async function readTables(
  folder: string,
  { checksums = {} }: Manifest,
  names: Iterable<string>,
): Promise<Map<string, readonly CsvRow[]>> {
  const tables = new Map<string, readonly CsvRow[]>();
  for (const name of new Set(names)) {
    const file = `${name}.csv`;
    if (!Object.hasOwn(checksums, file)) continue;
    const path = `${folder}/${file}`;
    const text = await readWritten(folder, file, checksums).catch((error: unknown) => {
      throw error instanceof NegscopeError ? error : tableUnreadable(path, error);
    });
    tables.set(name, readCsvRows(text, path));
  }
  return tables;
}
