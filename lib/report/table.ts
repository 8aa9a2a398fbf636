/** The tables and charts of a run in a page. */

import { Buffer } from "node:buffer";
import { readCsvLines, tableUnreadable, withoutGuard } from "../tables/csv.ts";
import { clipped, fitting, type Forms, Html, html, type HtmlValue } from "./html.ts";
import { captionOf, type ChartSpec } from "../charts/spec.ts";
import { renderSvg } from "../draw/render.ts";
import { OpenedFile } from "../files/read_file.ts";

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

const MOST_TABLE_ROWS = 1000;

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
function boxedTable(
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

export interface Figure {
  readonly name: string;
  readonly svg: string;
  /** What the chart shows, for readers who cannot see it. */
  readonly description: string;
  /** What stands below the chart. @default {the description} */
  readonly caption?: string | undefined;
  /** The folder of its spec, from the page's on, with a slash at its end. @default {the page's own} */
  readonly folder?: string;
  /** The file's name of its spec, without its ending. @default {its name} */
  readonly file?: string;
}

/** A chart in a page, drawn for the screen unless it is already. */
export async function figureOf(name: string, spec: ChartSpec, svg?: string): Promise<Figure> {
  const { description } = spec as { readonly description: string };
  return { name, description, caption: captionOf(spec), svg: svg ?? await renderSvg(spec) };
}

const MOST_DESCRIPTION = 20_000;

const SHORT_DESCRIPTION = 300;

/** The HTML of charts. A chart for which there is no room is left out. */
export function figuresHtml(figures: readonly Figure[], most: number): Html {
  const { parts, rest } = fitting(
    figures.map(figureForms),
    most,
    (others) => html`<p>More charts beside this page, in the run's folder: ${others}.</p>`,
  );
  return html`${parts}${rest}`;
}

function figureForms(figure: Figure): Forms {
  const { name, svg } = figure;
  const size = (Buffer.byteLength(svg) / 1e6).toFixed(1);
  const absent = html`This chart is not here, since it takes ${size} MB; its spec draws it.`;
  return [
    () => contentHtml(figure, inline(name, svg)),
    () => contentHtml(figure, absent),
    () => contentHtml(figure, absent, SHORT_DESCRIPTION),
  ];
}

function contentHtml(
  { name, folder = "", file = name, description, caption = description }: Figure,
  content: Html,
  most = MOST_DESCRIPTION,
): Html {
  const about = caption === description ? undefined : html`
    <span class="unseen" id="about-${name}">${clipped(description, most)}</span>
  `;
  const place = about === undefined ? `about-${name}` : `caption-${name}`;
  return html`
    <figure class="chart" id="figure-${name}">
      <div class="box" tabindex="0" role="group" aria-describedby="about-${name}">${content}</div>
      <figcaption><span id="${place}">${clipped(caption, most)}</span>${about}
    <span class="files">Spec: <a href="${folder}${file}.vl.json" download>${folder}${file}.vl.json</a></span></figcaption>
    </figure>
  `;
}

/** An SVG document as an element of a page: without namespaces, and with the chart's name before each id, since Vega's ids repeat. */
function inline(name: string, svg: string): Html {
  const ids = new Set([...svg.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!));
  let source = svg.replace(/^<svg([^>]*)>/, (tag) => tag.replace(/\sxmlns(:\w+)?="[^"]*"/g, ""));
  for (const id of ids) {
    source = source.replaceAll(`id="${id}"`, `id="${name}-${id}"`)
      .replaceAll(`url(#${id})`, `url(#${name}-${id})`);
  }
  return new Html(source);
}

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
