/** A CSV file in the page. */

import { withoutGuard } from "../tables/csv.ts";
import { clipped, type Html, html, type HtmlValue } from "./escape.ts";
import { fitting, type Forms } from "./fitting.ts";

/** A table, or the beginning of a longer one. */
export interface ReportTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** The rows, or the first ones if there are more than {@linkcode MOST_TABLE_ROWS}. */
  readonly rows: readonly (readonly string[])[];
  readonly count?: number;
  /** The names of the columns that hold numbers. @default {those whose cells are all written as a CSV table writes numbers} */
  readonly numbers?: ReadonlySet<string> | undefined;
  /** What a row represents, if it is known. */
  readonly about?: string | undefined;
}

export const MOST_TABLE_ROWS = 1000;

const SAMPLE = 10;

const DIGITS = 4;

const MOST_CELL = 600;

/** The HTML of tables, folded: all rows of a table if there are at most 1000 and they fit, otherwise the first ten or none. */
export function tablesHtml(tables: readonly ReportTable[], most: number): Html {
  const { parts, rest } = fitting(
    tables.map(formsOf),
    most,
    (others) => html`<p>More tables beside this page, in the run's folder: ${others}.</p>`,
  );
  return html`${parts}${rest}`;
}

function formsOf(table: ReportTable): Forms {
  const { rows, count = rows.length } = table;
  const sample = Math.min(SAMPLE, rows.length);
  const numbers = count <= MOST_TABLE_ROWS ? [rows.length, sample, 0] : [sample, 0];
  return [
    ...numbers.map((number) => () => partHtml(table, { number, count })),
    () => nameHtml(table.name, count),
  ];
}

function nameHtml(name: string, count: number): Html {
  const file = html`<a href="${name}.csv" download>${name}.csv</a>`;
  return html`<p class="files" id="table-${name}">${file} ${
    rowsText(count)
  }, too long to be shown</p>`;
}

function rowsText(count: number): string {
  return count === 1 ? "1 row" : `${count.toLocaleString("en")} rows`;
}

function partHtml(
  { name, columns, rows, numbers = writtenNumbers({ columns, rows }), about }: ReportTable,
  { number, count }: {
    readonly number: number;
    readonly count: number;
  },
): Html {
  const shown = rows.slice(0, number);
  const heads = columns.map((name) => ({ name, isNumber: numbers.has(name) }));
  const cell = (text: string, column: number) =>
    heads[column]!.isNumber ? shortened(text) : clipped(withoutGuard(text), MOST_CELL);
  const part = shown.length === count
    ? ""
    : shown.length === 0
    ? ", too long to be shown"
    : `, the first ${shown.length} shown`;
  return html`
    <details class="table" id="table-${name}">
      <summary><b>${name}.csv</b> ${rowsText(count)}${part}</summary>
      ${about === undefined || about === "" ? undefined : html`<p>${clipped(about, MOST_CELL)}</p>`}
      <p class="files">Numbers to four digits. In full: <a href="${name}.csv" download>${name}.csv</a> beside this page</p>
      ${boxedTable(`${name}.csv`, heads, shown.map((row) => row.map(cell)))}
    </details>
  `;
}

/** A table that scrolls where it is too wide; numbers stand at the right. */
export function boxedTable(
  label: string,
  columns: readonly { readonly name: string; readonly isNumber: boolean }[],
  rows: readonly (readonly HtmlValue[])[],
): Html {
  const heads = columns.map(({ name, isNumber }) =>
    isNumber ? html`<th scope="col" class="number">${name}` : html`<th scope="col">${name}`
  );
  const cell = (value: HtmlValue, column: number) =>
    columns[column]!.isNumber ? html`<td class="number">${value}` : html`<td>${value}`;
  return html`
    <div class="box" tabindex="0" role="group" aria-label="${label}">
      <table>
        <thead>
          <tr>${heads}</thead>
    <tbody>
    ${rows.map((row) => html`<tr>${row.map(cell)}\n`)}</tbody></table></div>
  `;
}

function writtenNumbers({ columns, rows }: Pick<ReportTable, "columns" | "rows">): Set<string> {
  const isNumber = (cell = "") =>
    cell === "" || Number.isFinite(Number(cell)) && `${Number(cell)}` === cell;
  return new Set(columns.filter((_, column) => rows.every((row) => isNumber(row[column]))));
}

function shortened(cell: string): string {
  const value = Number(cell);
  const text = cell === "" || Number.isInteger(value)
    ? cell
    : `${Number(value.toPrecision(DIGITS))}`;
  return text.replaceAll("-", "−");
}
