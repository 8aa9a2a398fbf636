/** What a page shows of a run's tables, read piece by piece: a table may be larger than the memory. */

import { type CellOf, cellsOf, csvRecords } from "./read_table.ts";
import { MOST_TABLE_ROWS, type ReportTable } from "./table.ts";

/** Reads the beginning of a table and counts its rows; `take` is given every row. */
export async function readBeginning(
  folder: string,
  name: string,
  take?: (cell: CellOf) => void,
): Promise<ReportTable & { readonly count: number }> {
  let columns: readonly string[] | undefined;
  let cells = cellsOf([]);
  const rows: (readonly string[])[] = [];
  let count = 0;
  for await (const records of csvRecords(folder, name)) {
    for (const record of records) {
      if (columns === undefined) {
        columns = record;
        cells = cellsOf(columns);
        continue;
      }
      if (count++ < MOST_TABLE_ROWS) rows.push(record);
      take?.(cells(record));
    }
  }
  return { name, columns: columns ?? [], rows, count };
}
