/** Tables as CSV text. */

import { NegscopeError } from "../errors.ts";
import { csvCell, csvLine, csvLineOf } from "./csv_lines.ts";
import { type Cells, rowsOf, type Table } from "./table.ts";

/** Rows that are written as one piece of text: some hundred kilobytes. */
const ROWS_AT_ONCE = 4000;

/**
 * Writes a table as CSV (RFC 4180): a header, then one line for each row, each ending in CRLF.
 *
 * A number is written as the shortest text that reads back as the same float64; a missing cell is empty. A text that a spreadsheet
 * would run as a formula gets an apostrophe before it: one that begins with `=`, `+`, `-` or `@`, also in full width, with a tab, a
 * carriage return or a line feed, or with apostrophes before one of these, so that the apostrophe that was added can be told.
 *
 * @param table The table; its columns must list every property of its rows.
 * @returns The CSV text. A long table may not fit into one text: {@linkcode csvPieces} gives it in pieces.
 * @throws {NegscopeError} If a number is not finite, or a row has a property that is not among the columns.
 */
export function tableToCsv<Row extends Cells<Row>>(table: Table<Row>): string {
  return [...csvPieces(table)].join("");
}

/**
 * Writes a table as {@linkcode tableToCsv} does, in pieces of whole lines. Rows that are made on request are in memory only for the
 * piece that they are in.
 *
 * @param table The table; its columns must list every property of its rows.
 * @throws {NegscopeError} If a number is not finite, or a row has a property that is not among the columns.
 */
export function* csvPieces<Row extends Cells<Row>>(table: Table<Row>): Generator<string> {
  const known = new Set<string>(table.columns);
  let lines = [csvLine(table.columns)];
  let index = 0;
  for (const row of rowsOf(table)) {
    lines.push(lineOf(row, index++, table, known));
    if (lines.length < ROWS_AT_ONCE) continue;
    yield lines.join("");
    lines = [];
  }
  if (lines.length > 0) yield lines.join("");
}

function lineOf<Row extends Cells<Row>>(
  row: Row,
  index: number,
  { name, columns }: Table<Row>,
  known: ReadonlySet<string>,
): string {
  for (const key in row) {
    if (known.has(key)) continue;
    throw new NegscopeError("name-unknown", {
      problem: `Cannot write table "${name}"`,
      subject: key,
      reason: `its rows have "${key}", which is not among its columns ${columns.join(", ")}`,
      fix: "list it or leave it out of the rows",
    });
  }
  return csvLineOf(columns.map((column) => {
    const cell = row[column];
    if (cell === undefined) return "";
    if (typeof cell === "string") return csvCell(guarded(cell));
    if (!Number.isFinite(cell)) {
      throw new NegscopeError("value-not-finite", {
        problem: `Cannot write table "${name}"`,
        subject: column,
        reason: `column "${column}" of row ${index} is ${cell}, but a number must be finite`,
        fix: "leave a missing value undefined",
      });
    }
    return String(cell);
  }));
}

/** A text as it stands in a CSV file; {@linkcode withoutGuard} gives it back. */
function guarded(text: string): string {
  return /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

/** A text of a CSV file without the apostrophe that keeps a spreadsheet from running it. */
export function withoutGuard(cell: string): string {
  return cell.startsWith("'") ? cell.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, "") : cell; // most have none
}
