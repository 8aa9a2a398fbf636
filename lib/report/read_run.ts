/** What a page shows of a run's tables, read piece by piece: a table may be larger than the memory. */

import { columnOf, csvRecords } from "../tables/read_table.ts";
import type { RowMapCell } from "./row_map.ts";
import { type BrowsedRow, browsedRows } from "./rows.ts";
import { MOST_TABLE_ROWS, type ReportTable } from "./table.ts";

/** Takes the rows of a table one after the other. */
interface RowReader {
  /**
   * Takes a row.
   *
   * @param row Its texts.
   * @param columns Their columns.
   */
  take(row: readonly string[], columns: readonly string[]): void;
}

/**
 * Reads the beginning of a table and counts its rows.
 *
 * @param folder The run's folder.
 * @param name The file's name without its extension.
 * @param reader Takes every row. @default {nothing}
 * @throws {NegscopeError} If it cannot be read.
 */
export async function readBeginning(
  folder: string,
  name: string,
  reader?: RowReader,
): Promise<ReportTable> {
  let columns: readonly string[] | undefined;
  const rows: (readonly string[])[] = [];
  let count = 0;
  for await (const records of csvRecords(folder, name)) {
    for (const record of records) {
      if (columns === undefined) {
        columns = record;
        continue;
      }
      if (count++ < MOST_TABLE_ROWS) rows.push(record);
      reader?.take(record, columns);
    }
  }
  return { name, columns: columns ?? [], rows, count };
}

/**
 * Reads the scored rows that the page shows: first every d, then the rows with the chosen ones.
 *
 * @param folder The run's folder.
 * @returns The rows in the order of the file, and the number of all rows.
 * @throws {NegscopeError} If evaluate.csv cannot be read.
 */
export async function readBrowsed(
  folder: string,
): Promise<{ readonly rows: readonly BrowsedRow[]; readonly count: number }> {
  const all: { readonly place: number; readonly d: number }[] = [];
  await readBeginning(folder, "evaluate", {
    take: (row, columns) => {
      all.push({ place: all.length, d: Number(columnOf({ columns }, "d")(row)) });
    },
  });
  const chosen = new Set(browsedRows(all).map(({ place }) => place));
  const rows: BrowsedRow[] = [];
  let place = 0;
  await readBeginning(folder, "evaluate", {
    take: (row, columns) => {
      if (chosen.has(place++)) rows.push(browsedRow(row, columns));
    },
  });
  return { rows, count: all.length };
}

function browsedRow(row: readonly string[], columns: readonly string[]): BrowsedRow {
  const text = (name: string) => columnOf({ columns }, name)(row);
  return {
    ...{ id: text("id"), image: text("image"), negation: text("negation") },
    ...{ segment: text("segment"), caption: text("caption"), foil: text("foil") },
    ...{ s_caption: Number(text("s_caption")), s_foil: Number(text("s_foil")) },
    d: Number(text("d")),
  };
}

/** The cells of some rows' causal-trace maps, taken from effects.csv; none for a run that traced single heads. */
export class TracedCells implements RowReader {
  readonly #ids: ReadonlySet<string>;
  readonly #cells = new Map<string, RowMapCell[]>();
  #read: CellReader | undefined;
  #any = false;
  #heads = false;

  /**
   * Takes the cells of some rows.
   *
   * @param ids The rows' ids.
   */
  constructor(ids: ReadonlySet<string>) {
    this.#ids = ids;
  }

  /** The cells by the row's id; undefined if there are no effects, or those of single heads. */
  get cells(): ReadonlyMap<string, readonly RowMapCell[]> | undefined {
    return this.#any && !this.#heads ? this.#cells : undefined;
  }

  take(row: readonly string[], columns: readonly string[]): void {
    if (this.#heads) return;
    this.#read ??= cellReader(columns);
    this.#any = true;
    if (this.#read.head(row) !== "") this.#heads = true;
    const id = this.#read.id(row);
    if (!this.#ids.has(id)) return;
    const own = this.#cells.get(id);
    if (own === undefined) this.#cells.set(id, [this.#read.cell(row)]);
    else own.push(this.#read.cell(row));
  }
}

/** Reads a row of effects.csv. */
interface CellReader {
  readonly id: (row: readonly string[]) => string;
  readonly head: (row: readonly string[]) => string;
  readonly cell: (row: readonly string[]) => RowMapCell;
}

function cellReader(columns: readonly string[]): CellReader {
  const column = (name: string) => columnOf({ columns }, name);
  const [layer, position, role, token, cte] = ["layer", "position", "role", "token", "cte"]
    .map(column);
  return {
    ...{ id: column("id"), head: column("head") },
    cell: (row) => ({
      ...{ layer: Number(layer!(row)), position: Number(position!(row)) },
      ...{ role: role!(row), token: token!(row) },
      cte: cte!(row) === "" ? undefined : Number(cte!(row)),
    }),
  };
}
