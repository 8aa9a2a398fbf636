/** What a page shows of a run's tables, read piece by piece: a table may be larger than the memory. */

import { MOST_TABLE_ROWS, type ReportTable } from "./table.ts";
import { OpenedFile } from "../files/read_file.ts";
import { readCsvLines, tableUnreadable, withoutGuard } from "../tables/csv.ts";

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

const PIECE = 1 << 18;

/** Reads a table that the kit wrote piece by piece: only the records of one piece are in memory, however long the file is. */
export async function* csvRecords(folder: string, name: string): AsyncGenerator<string[][]> {
  const path = `${folder}/${name}.csv`;
  try {
    using file = new OpenedFile(path);
    const decoder = new TextDecoder();
    let rest = "";
    for await (const bytes of file.pieces(PIECE)) {
      rest += decoder.decode(bytes, { stream: true });
      const end = endOfRecords(rest);
      if (end === 0) continue;
      yield readCsvLines(rest.slice(0, end));
      rest = rest.slice(end);
    }
    rest += decoder.decode();
    if (rest !== "") yield readCsvLines(rest);
  } catch (error) {
    throw tableUnreadable(path, error);
  }
}

/** The place after the last line end of a text that is not within quotes; 0 if there is none. */
function endOfRecords(text: string): number {
  let end = text.lastIndexOf(LINE_END);
  if (!text.includes('"')) return end === -1 ? 0 : end + LINE_END.length;
  let quotes = 0;
  for (let i = 0; i < end; i++) if (text[i] === '"') quotes++;
  while (end > 0 && quotes % 2 === 1) {
    const earlier = text.lastIndexOf(LINE_END, end - 1);
    for (let i = end - 1; i >= Math.max(earlier, 0); i--) if (text[i] === '"') quotes--;
    end = earlier;
  }
  return end <= 0 ? 0 : end + LINE_END.length;
}

const LINE_END = "\r\n";

/** A cell of a row by its column's name; empty if the table lacks the column. */
export type CellOf = (column: string) => string;

export function cellsOf(columns: readonly string[]): (row: readonly string[]) => CellOf {
  const places = new Map(columns.map((column, place) => [column, place]));
  return (row) => (column) => {
    const place = places.get(column);
    return place === undefined ? "" : withoutGuard(row[place] ?? ""); // row[-1] would be slow
  };
}
