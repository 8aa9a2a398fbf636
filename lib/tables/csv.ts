/** Tables as CSV: written whole or in pieces, read back as lines, as checked cells, or as the rows of a schema. */

import { NegscopeError, shown, unreadableFile } from "../errors/errors.ts";
import {
  type Cells,
  type Column,
  type Columns,
  type RowOfColumns,
  rowsOf,
  type Table,
  type TableCell,
  type TableSchema,
} from "./table.ts";
import { decimal } from "../reading/json.ts";

/** Writes cells as a line of CSV (RFC 4180), ending in CRLF. An empty cell that is alone is quoted, since readers skip empty lines. */
export function csvLine(cells: readonly string[]): string {
  return csvLineOf(cells.map(csvCell));
}

function csvLineOf(written: readonly string[]): string {
  return `${written.length === 1 && written[0] === "" ? '""' : written.join(",")}\r\n`;
}

function csvCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Reads the lines of a CSV text, which end in CRLF, LF or CR, as pandas reads them; empty lines are left out. A quoted cell keeps its line ends. */
export function readCsvLines(text: string): string[][] {
  if (!text.includes('"')) { // eight times as fast, and a trace has some 10,000 lines
    return text.split(LINE_END).filter((line) => line !== "").map((line) => line.split(","));
  }
  const lines: string[][] = [];
  let [line, at]: [string[], number] = [[], 0];
  while (at < text.length || line.length > 0) {
    const [whole, quoted, plain, end] = cellAt(text, at);
    at += whole.length;
    line.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === ",") continue;
    if (line.length > 1 || whole !== end) lines.push(line);
    line = [];
  }
  return lines;
}

const LINE_END = /\r\n|\n|\r/;
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

function cellAt(
  text: string,
  at: number,
): readonly (string | undefined)[] & { readonly 0: string } {
  CELL.lastIndex = at;
  const found = CELL.exec(text);
  if (found !== null) return found;
  const line = text.slice(0, at).split(LINE_END).length;
  throw new SyntaxError(`line ${line} has a quote that is never closed, or is out of place`);
}

/**
 * Reads the lines of a text of tab-separated cells. A line ends in CRLF, LF or CR; empty lines are left out. A cell that begins and
 * ends with a quote is unquoted, and a quote written twice in it counts once, as spreadsheets and pandas write them; any other quote
 * stands for itself. No cell holds a tab or a line end.
 */
export function readTsvLines(text: string): string[][] {
  return text.split(LINE_END).filter((line) => line !== "")
    .map((line) => line.split("\t").map(unquoted));
}

function unquoted(cell: string): string {
  const inner = /^"(.*)"$/s.exec(cell)?.[1];
  const isQuoted = inner !== undefined && !inner.replaceAll('""', "").includes('"');
  return isQuoted ? inner.replaceAll('""', '"') : cell;
}

/** Rows that are written as one piece of text: some hundred kilobytes. */
const ROWS_AT_ONCE = 4000;

/**
 * Writes a table as CSV (RFC 4180): a header, then one line for each row, each ending in CRLF.
 *
 * A number is written as the shortest text that reads back as the same float64; a missing cell is empty.
 *
 * @param table The table; its columns must list every property of its rows.
 * @param options Whether it is for a spreadsheet.
 * @returns The CSV text. A long table may not fit into one text: {@linkcode csvPieces} gives it in pieces.
 * @throws {NegscopeError} If a number is not finite, or a row has a property that is not among the columns.
 */
export function tableToCsv<Row extends Cells<Row>>(
  table: Table<Row>,
  options?: CsvOptions,
): string {
  return [...csvPieces(table, options)].join("");
}

/** How a table is written as CSV. */
export interface CsvOptions {
  /** Whether texts that a spreadsheet would run as formulas get an apostrophe, which other programs read as part of them. @default {false} */
  readonly spreadsheet?: boolean | undefined;
}

/** Writes a table as {@linkcode tableToCsv} does, in pieces of whole lines; of rows that are made on request only those of a piece are in memory. */
export function* csvPieces<Row extends Cells<Row>>(
  table: Table<Row>,
  { spreadsheet = false }: CsvOptions = {},
): Generator<string> {
  const { name, columns } = table;
  const known = new Set<string>(columns);
  let lines = [csvLine(columns)];
  let index = 0;
  for (const row of rowsOf(table)) {
    const extra = Object.keys(row).find((key) => !known.has(key));
    if (extra !== undefined) {
      throw new NegscopeError("name-unknown", {
        problem: `Cannot write table "${name}"`,
        subject: extra,
        reason: `its rows have "${extra}", which is not among its columns ${columns.join(", ")}`,
        fix: "list it or leave it out of the rows",
      });
    }
    const cells = columns.map((column) => {
      const cell = row[column];
      if (cell === undefined) return "";
      if (typeof cell === "string") return csvCell(spreadsheet ? guarded(cell) : cell);
      if (Number.isFinite(cell)) return String(cell);
      throw new NegscopeError("value-not-finite", {
        problem: `Cannot write table "${name}"`,
        subject: column,
        reason: `column "${column}" of row ${index} is ${cell}, but a number must be finite`,
        fix: "leave a missing value undefined",
      });
    });
    lines.push(csvLineOf(cells));
    index++;
    if (lines.length < ROWS_AT_ONCE) continue;
    yield lines.join("");
    lines = [];
  }
  if (lines.length > 0) yield lines.join("");
}

/**
 * A text as it stands in a CSV file for a spreadsheet, also if it begins with apostrophes, so that the added one can be told;
 * {@linkcode withoutGuard} gives it back.
 */
function guarded(text: string): string {
  return /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

/** A text of a CSV file without the apostrophe that keeps a spreadsheet from running it. */
export function withoutGuard(cell: string): string {
  return cell.startsWith("'") ? cell.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, "") : cell; // most have none
}

/** Reads the rows of a CSV file with a header; refuses a row with another number of fields. */
export function readCsvRows(text: string, source: string): CsvRow[] {
  try {
    const [columns, ...lines] = readCsvLines(text.replace(/^\ufeff/, ""));
    if (columns === undefined) throw new Error("it has no header");
    return lines.map((cells, index) => {
      const row = index + 2;
      if (cells.length !== columns.length) {
        throw new Error(
          `row ${row} has ${cells.length} fields, but the header has ${columns.length}`,
        );
      }
      const named = columns.map((column, i) => [column, cells[i]!] as const);
      return new CsvRow(Object.fromEntries(named), { source, row });
    });
  } catch (error) {
    throw tableUnreadable(source, error);
  }
}

/** A row of a CSV table; every error names the file, the row, the column, the value and what was expected. */
export class CsvRow {
  readonly place: { readonly source: string; readonly row: number };
  readonly #cells: Readonly<Record<string, string>>;

  constructor(cells: Readonly<Record<string, string>>, place: CsvRow["place"]) {
    this.#cells = cells;
    this.place = place;
  }

  /** A text. Throws if there is no such column, or its cell is empty. */
  text(column: string): string {
    return this.#cells[column] || this.refuse(column, "a text");
  }

  /** A whole number from 0. Throws if the text is not one. */
  count(column: string): number {
    const text = this.#cells[column] ?? "";
    return /^\d+$/.test(text) ? Number(text) : this.refuse(column, "a whole number");
  }

  /** A finite number, or undefined if the cell is empty. Throws if there is no such column, or its cell holds another text. */
  number(column: string): number | undefined {
    const text = this.#cells[column];
    if (text === "") return undefined;
    const value = decimal(text ?? "");
    return Number.isFinite(value) ? value : this.refuse(column, "a number or nothing");
  }

  /** A text that may be missing; undefined if there is no such column, or its cell is empty. */
  optional(column: string): string | undefined {
    return this.#cells[column] || undefined;
  }

  isEmpty(column: string): boolean {
    return this.#cells[column] === "";
  }

  /** Refuses the value of a column, which must be what is expected. */
  refuse(column: string, expected: string): never {
    const { source, row } = this.place;
    const value = this.#cells[column];
    const found = value === undefined ? "there is no such column" : `it is ${shown(value)}`;
    throw new NegscopeError("run-edited", {
      problem: `Cannot read row ${row} of table "${source}"`,
      subject: column,
      reason: `"${column}" must be ${expected}, but ${found}`,
      fix: "restore the file as it was written",
    });
  }
}

export function tableUnreadable(path: string, cause: unknown): NegscopeError {
  return unreadableFile({
    doing: "read table",
    path,
    cause,
    fix: "restore the file as it was written",
    code: "run-edited",
  });
}

/** Reads a table back, perhaps of a file for a spreadsheet; columns that the schema does not have are ignored, and cells that a column cannot hold refused. */
export function readRows<Own extends Columns>(
  schema: TableSchema<Own>,
  text: string,
  path: string,
  { spreadsheet = false }: CsvOptions = {},
): RowOfColumns<Own>[] {
  const columns = Object.entries<Column>(schema.columns);
  return readCsvRows(text, path).map((row) => {
    const cells = columns.map(([name, column]) => {
      const cell = readCell(row, name, column);
      return [name, spreadsheet && typeof cell === "string" ? withoutGuard(cell) : cell] as const;
    });
    return Object.fromEntries(cells) as RowOfColumns<Own>;
  });
}

function readCell(row: CsvRow, name: string, { kind, optional, isKey }: Column): TableCell {
  if (optional && row.isEmpty(name)) return undefined;
  switch (kind) {
    case "text":
      return row.isEmpty(name) && isKey !== true ? "" : row.text(name);
    case "count":
      return row.count(name);
    case "number":
      return row.number(name) ?? row.refuse(name, "a number");
  }
}
