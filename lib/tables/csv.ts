/** Tables as CSV text. */

import { NegscopeError } from "../errors.ts";
import { csvLine } from "./csv_lines.ts";
import type { Cells, Table } from "./table.ts";

/** Rows that are converted to text at a time: single heads of a large model have half a million rows. */
const ROWS_AT_ONCE = 10_000;

/**
 * Writes a table as CSV (RFC 4180): a header, then one line for each row, each ending in CRLF.
 *
 * A number is written as the shortest text that reads back as the same float64; a missing cell is empty. A text that a spreadsheet
 * would run as a formula gets an apostrophe before it: one that begins with `=`, `+`, `-` or `@`, also in full width, with a tab, a
 * carriage return or a line feed, or with apostrophes before one of these, so that the apostrophe that was added can be told.
 *
 * @param table The table; its columns must list every property of its rows.
 * @returns The CSV text.
 * @throws {NegscopeError} If a number is not finite, or a row has a property that is not among the columns.
 */
export function tableToCsv<Row extends Cells<Row>>(table: Table<Row>): string {
  const { name, columns, rows } = table;
  const listed = new Set<string>(columns);
  const cells = (row: Row, index: number) => {
    const unlisted = Object.keys(row).find((key) => !listed.has(key));
    if (unlisted !== undefined) {
      throw new NegscopeError("table-column-unlisted", {
        problem: `Cannot write table "${name}"`,
        subject: unlisted,
        reason: `its rows have "${unlisted}", which is not among its columns ${columns.join(", ")}`,
        fix: "list it or leave it out of the rows",
      });
    }
    return columns.map((column) => {
      const cell = row[column];
      if (cell === undefined) return "";
      if (typeof cell === "string") return guarded(cell);
      if (!Number.isFinite(cell)) {
        throw new NegscopeError("table-cell-not-finite", {
          problem: `Cannot write table "${name}"`,
          subject: column,
          reason: `column "${column}" of row ${index} is ${cell}, but a number must be finite`,
          fix: "leave a missing value undefined",
        });
      }
      return String(cell);
    });
  };
  const text = [csvLine(columns)];
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
    const some = rows.slice(first, first + ROWS_AT_ONCE);
    text.push(some.map((row, i) => csvLine(cells(row, first + i))).join(""));
  }
  return text.join("");
}

/** A text as it stands in a CSV file; {@linkcode withoutGuard} gives it back. */
function guarded(text: string): string {
  return /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

/** A text of a CSV file without the apostrophe that keeps a spreadsheet from running it. */
export function withoutGuard(cell: string): string {
  return cell.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, "");
}
