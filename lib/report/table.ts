/** A CSV file in the page. */

import { withoutGuard } from "../tables/csv.ts";
import type { CsvTable } from "../tables/read_table.ts";
import { type Html, html } from "./escape.ts";

/** The rest of a longer table is only in its file. */
const MOST_ROWS = 1000;

/** The number of rows shown of a longer table. */
const SAMPLE = 10;

const DIGITS = 4;

/** A table of the page. */
export interface ReportTable extends CsvTable {
  /** The names of the columns that hold numbers. @default {those whose cells are all written as a CSV table writes numbers} */
  readonly numbers?: ReadonlySet<string> | undefined;
}

/**
 * The HTML of a table, folded: numbers to four significant digits, texts as they are, and all rows if there are at most 1000, otherwise
 * the first ten.
 *
 * @param table The table.
 */
export function tableHtml(
  { name, columns, rows, numbers = writtenNumbers({ columns, rows }) }: ReportTable,
): Html {
  const shown = rows.length > MOST_ROWS ? rows.slice(0, SAMPLE) : rows;
  const isNumber = columns.map((column) => numbers.has(column));
  const cell = (text: string, column: number) =>
    isNumber[column]
      ? html`<td class="number">${shortened(text)}`
      : html`<td>${withoutGuard(text)}`;
  const heads = columns.map((column, i) =>
    isNumber[i] ? html`<th scope="col" class="number">${column}` : html`<th scope="col">${column}`
  );
  const counted = rows.length === 1 ? "1 row" : `${rows.length.toLocaleString("en")} rows`;
  const part = shown.length < rows.length ? `, the first ${SAMPLE} shown` : "";
  return html`
    <details class="table" id="table-${name}">
      <summary><b>${name}.csv</b> ${counted}${part}</summary>
      <p class="files">In full and with all digits: <a href="${name}.csv">${name}.csv</a></p>
      <div class="box" tabindex="0" role="group" aria-label="${name}.csv">
        <table>
          <thead>
            <tr>${heads}</thead>
    <tbody>
    ${shown.map((row) => html`<tr>${row.map(cell)}\n`)}</tbody>
    </table></div>
    </details>
  `;
}

function writtenNumbers({ columns, rows }: Pick<CsvTable, "columns" | "rows">): Set<string> {
  const isNumber = (cell = "") =>
    cell === "" || Number.isFinite(Number(cell)) && `${Number(cell)}` === cell;
  return new Set(columns.filter((_, column) => rows.every((row) => isNumber(row[column]))));
}

function shortened(cell: string): string {
  const value = Number(cell);
  if (cell === "" || Number.isInteger(value)) return cell;
  return `${Number(value.toPrecision(DIGITS))}`.replace("-", "−");
}
