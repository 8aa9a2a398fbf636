/** A CSV file in the page. */

import { withoutGuard } from "../tables/csv.ts";
import { clipped, Html, html } from "./escape.ts";
import { fitting, type Forms } from "./fitting.ts";
import { packText } from "./rows/pack.ts";

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
  /** The whole file, if the page may hold it. */
  readonly csv?: string | undefined;
  /** Whether its rows are listed in the section of the rows. @default {false} */
  readonly isListed?: boolean;
}

export const MOST_TABLE_ROWS = 1000;

const SAMPLE = 10;

const DIGITS = 4;

const MOST_CELL = 600;

/**
 * The HTML of tables, folded: numbers to four significant digits, texts as they are, and all rows of a table if there are at most 1000 and
 * they fit, otherwise the first ten; if these do not fit either, none. A table that the page knows whole can be saved from it with all digits.
 */
export function tablesHtml(tables: readonly ReportTable[], most: number): Html {
  const { parts, rest } = fitting(
    tables.map(formsOf),
    most,
    (others) => html`<p>More tables beside this page, in the run's folder: ${others}.</p>`,
  );
  return html`${parts}${rest}`;
}

function formsOf(table: ReportTable): Forms {
  const { rows, count = rows.length, isListed = false } = table;
  const isWhole = count <= MOST_TABLE_ROWS && !isListed;
  const sample = Math.min(SAMPLE, rows.length);
  const saved = savedHtml(table);
  return [
    ...(isWhole ? [() => partHtml(table, { number: rows.length, count, saved })] : []),
    () => partHtml(table, { number: sample, count, saved }),
    () => partHtml(table, { number: sample, count, saved: undefined }),
    () => partHtml(table, { number: 0, count, saved: undefined }),
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

/** The bytes of the file, for the page's script to save. */
function savedHtml({ name, csv }: ReportTable): Html | undefined {
  if (csv === undefined) return undefined;
  return html`<script type="text/plain" class="csv" data-file="${name}.csv">${new Html(
    packText(csv),
  )}</script>`;
}

function partHtml(
  { name, columns, rows, numbers = writtenNumbers({ columns, rows }), about, isListed }:
    ReportTable,
  { number, count, saved }: {
    readonly number: number;
    readonly count: number;
    readonly saved: Html | undefined;
  },
): Html {
  const shown = rows.slice(0, number);
  const isNumber = columns.map((column) => numbers.has(column));
  const cell = (text: string, column: number) =>
    isNumber[column]
      ? html`<td class="number">${shortened(text)}`
      : html`<td>${clipped(withoutGuard(text), MOST_CELL)}`;
  const heads = columns.map((column, i) =>
    isNumber[i] ? html`<th scope="col" class="number">${column}` : html`<th scope="col">${column}`
  );
  const part = shown.length === count
    ? ""
    : shown.length === 0
    ? ", too long to be shown"
    : `, the first ${shown.length} shown${isListed ? ", all under Rows" : ""}`;
  return html`
    <details class="table" id="table-${name}">
      <summary><b>${name}.csv</b> ${rowsText(count)}${part}</summary>
      ${about === undefined || about === "" ? undefined : html`<p>${clipped(about, MOST_CELL)}</p>`}
      <p class="files">Numbers to four digits. In full: <a href="${name}.csv" download>${name}.csv</a> beside this page${saved &&
        html`<span class="save"></span>`}</p>${saved}
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
