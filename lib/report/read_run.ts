/** What a page shows of a run's tables, read piece by piece: a table may be larger than the memory. */

import { type CellOf, cellsOf, csvRecords } from "./read_table.ts";
import { csvLine } from "../tables/csv_lines.ts";
import { type BrowsedRow, type Choice, fewerRows } from "./rows/rows.ts";
import { MOST_TABLE_ROWS, type ReportTable } from "./table.ts";

export async function readColumns(folder: string, name: string): Promise<readonly string[]> {
  for await (const [columns] of csvRecords(folder, name)) return columns ?? [];
  return [];
}

/** Reads the beginning of a table and counts its rows, with the text of its file if it has at most 1000; `take` is given every row. */
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
  columns ??= [];
  const csv = count > rows.length ? undefined : [columns, ...rows].map(csvLine).join("");
  return { name, columns, rows, count, csv };
}

/** Reads the rows of the page: first every d, then the texts of the chosen rows, and of fewer as long as the page has no room for these. */
export async function readBrowsed(
  folder: string,
  name = "evaluate",
): Promise<ChosenRows<BrowsedRow> & { readonly count: number }> {
  const all = new Map<string, { readonly id: string; readonly d?: number }>();
  await readBeginning(folder, name, (cell) => {
    const id = cell("id");
    if (!all.has(id)) all.set(id, { id, ...numberIn(cell, "d") });
  });
  for (let most = MOST_ROWS;;) {
    const chosen = chosenRows([...all.values()], most);
    const rows = await readRows(folder, name, new Set(chosen.rows.map(({ id }) => id)));
    const fewer = fewerRows(rows);
    if (fewer === undefined) return { rows, choice: chosen.choice, count: all.size };
    most = fewer;
  }
}

const MOST_ROWS = 1000;

interface ChosenRows<Row> {
  readonly rows: readonly Row[];
  readonly choice: Choice;
}

/** The rows of the page: all or, of more than it may show, those at equal distances in the order of d; the first ones if any has no d. */
export function chosenRows<Row extends Pick<BrowsedRow, "d">>(
  rows: readonly Row[],
  most = MOST_ROWS,
): ChosenRows<Row> {
  if (rows.length <= most) return { rows, choice: "all" };
  if (rows.some(({ d }) => d === undefined)) return { rows: rows.slice(0, most), choice: "first" };
  const byScore = rows.toSorted((a, b) => a.d! - b.d!);
  const ranks = Array.from(
    { length: most },
    (_, i) => Math.round(i * (rows.length - 1) / (most - 1)),
  );
  const kept = new Set(ranks.map((rank) => byScore[rank]!));
  return { rows: rows.filter((row) => kept.has(row)), choice: "by d" };
}

async function readRows(
  folder: string,
  name: string,
  chosen: ReadonlySet<string>,
): Promise<BrowsedRow[]> {
  const rows = new Map<string, BrowsedRow>();
  await readBeginning(folder, name, (cell) => {
    const id = cell("id");
    if (chosen.has(id) && !rows.has(id)) rows.set(id, browsedRow(cell));
  });
  return [...rows.values()];
}

const NUMBERS = ["s_caption", "s_foil", "d"];

function browsedRow(cell: CellOf): BrowsedRow {
  const texts = ["image", "segment", "caption", "foil"].map((name) => [name, cell(name)])
    .filter(([, text]) => text !== "");
  return {
    id: cell("id"),
    negation: cell("negation"),
    ...Object.fromEntries(texts),
    ...Object.assign({}, ...NUMBERS.map((name) => numberIn(cell, name))),
  };
}

function numberIn(cell: CellOf, name: string): { readonly d?: number } {
  const text = cell(name);
  return text === "" ? {} : { [name]: Number(text) };
}
