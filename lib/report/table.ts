/** The tables and charts of a run in a page. */

import { Buffer } from "node:buffer";
import { captionOf, type ChartSpec } from "../charts/spec.ts";
import { textsOf } from "../draw/fit.ts";
import { renderSvg } from "../draw/render.ts";
import { type AnyTable, numberColumns, rowsOf, type TableCell } from "../tables/table.ts";
import { boxedTable, clipped, fitting, type Forms, Html, html, type HtmlValue } from "./html.ts";

const MOST_TABLE_ROWS = 1000;
const SAMPLE = 10;
const DIGITS = 4;
const MOST_CELL = 600;

/** The HTML of tables, folded: all rows of a table if there are at most 1000 and they fit, otherwise the first ten or none. */
export function tablesHtml(tables: readonly AnyTable[], most: number): Html {
  const { parts, rest } = fitting(
    tables.map(formsOf),
    most,
    (others) => html`<p>More tables beside this page, in the run's folder: ${others}.</p>`,
  );
  return html`${parts}${rest}`;
}

function formsOf(table: AnyTable): Forms {
  const rows: AnyTable["rows"][number][] = [];
  let count = 0;
  for (const row of rowsOf(table)) if (count++ < MOST_TABLE_ROWS) rows.push(row); // of a long table they are made one by one
  const sample = rows.slice(0, SAMPLE);
  return [
    ...(count <= MOST_TABLE_ROWS ? [rows, sample] : [sample])
      .map((shown) => () => partHtml(table, shown, count)),
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

function partHtml(table: AnyTable, shown: AnyTable["rows"], count: number): Html {
  const { name, columns, schema } = table;
  const numbers = numberColumns({ name, columns, rows: shown, ...schema && { schema } });
  const heads = columns.map((name) => ({ name, isNumber: numbers.has(name) }));
  const part = shown.length === count ? "" : `, the first ${shown.length} shown`;
  return html`
    <details class="table" id="table-${name}">
      <summary><b>${name}.csv</b> ${rowsText(count)}${part}</summary>
      ${schema?.about ? html`<p>${clipped(schema.about, MOST_CELL)}</p>` : undefined}
      <p class="files">Numbers to four digits. In full: <a href="${name}.csv" download>${name}.csv</a> beside this page</p>
      ${boxedTable(
        `${name}.csv`,
        heads,
        shown.map((row) => columns.map((name) => cellHtml(row[name]))),
      )}
    </details>
  `;
}

function cellHtml(cell: TableCell): HtmlValue {
  if (typeof cell !== "number") return clipped(cell ?? "", MOST_CELL);
  return `${Number.isInteger(cell) ? cell : Number(cell.toPrecision(DIGITS))}`.replaceAll("-", "−");
}

export interface Figure {
  readonly name: string;
  /** What the chart answers: its title in one line. @default {its name} */
  readonly title?: string;
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
  const [{ title }, caption] = [textsOf(spec), captionOf(spec)];
  return { name, title, description, caption, svg: svg ?? await renderSvg(spec) };
}

const MOST_DESCRIPTION = 20_000;
const SHORT_DESCRIPTION = 300;

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
