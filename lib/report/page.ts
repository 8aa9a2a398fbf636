/** The report of a run: a single HTML file that contains everything it shows. */

import type { Manifest } from "../files/manifest.ts";
import { clipped, Html, html, htmlBytes } from "./escape.ts";
import { type Figure, figureHtml } from "./figure.ts";
import { recordHtml } from "./record.ts";
import { type BrowsedRow, type RowBrowserOptions, rowsHtml, type RowsPart } from "./rows.ts";
import script from "./script.js" with { type: "text" };
import style from "./style.css" with { type: "text" };
import { type ReportTable, tableHtml } from "./table.ts";

/** The content of a report. */
export interface Report {
  /** The run's record. */
  readonly manifest: Manifest;
  /** The text that the task printed at the end. */
  readonly summary: string;
  readonly figures: readonly Figure[];
  readonly tables: readonly ReportTable[];
  /** The scored rows, if the run has any. */
  readonly browser?:
    | (RowBrowserOptions & Pick<RowsPart, "count"> & { readonly rows: readonly BrowsedRow[] })
    | undefined;
}

/** The most bytes of a page, so that any browser opens it at once and it can be sent by mail. */
export const MOST_BYTES = 5_000_000;

/** The most bytes of all charts; the rows get what charts and tables leave. */
const MOST_FIGURE_BYTES = 2_000_000;

/** The most bytes of all tables. */
const MOST_TABLE_BYTES = 1_500_000;

/** Bytes for what is said about the rows, such as the names of segments. */
const MARGIN = 10_000;

/** The most characters of the summary; the rest of a longer one is only in summary.txt. */
const MOST_SUMMARY = 100_000;

/**
 * Makes a report as HTML that can be read without scripts and without a network; equal runs give the same bytes. It has at most
 * {@linkcode MOST_BYTES}, whatever the run: what does not fit is left out, and the page says where it is.
 *
 * @param report The content.
 * @returns The page.
 */
export function reportPage({ manifest, summary, figures, tables, browser }: Report): string {
  const sections = {
    summary: section("Summary", summaryHtml(summary)),
    figures: section("Figures", fitting(figures, figureHtml, MOST_FIGURE_BYTES)),
    tables: section("Tables", fitting(tables, tableHtml, MOST_TABLE_BYTES)),
    record: section("Record", recordHtml(manifest)),
  };
  const page = (rows?: Html) => {
    const shown = [
      ...[sections.summary, sections.figures],
      ...(rows ? [section("Rows", rows)] : []),
      ...[sections.tables, sections.record],
    ];
    return pageHtml(shown, { command: manifest.command, summary });
  };
  if (browser === undefined) return page().source;
  const others = htmlBytes(page(rowsHtml(browser.rows, { ...browser, most: 0 })));
  const most = MOST_BYTES - MARGIN - others;
  return page(rowsHtml(browser.rows, { ...browser, most })).source;
}

/** The HTML of each item; an item gets the bytes that those before it leave. */
function fitting<Item>(
  items: readonly Item[],
  htmlOf: (item: Item, most: number) => Html,
  most: number,
): Html[] {
  let left = most;
  return items.map((item) => {
    const made = htmlOf(item, left);
    left -= htmlBytes(made);
    return made;
  });
}

function summaryHtml(summary: string): Html {
  const rest = summary.length > MOST_SUMMARY
    ? html`<p>The summary goes on in <a href="summary.txt">summary.txt</a>.</p>`
    : undefined;
  return html`<pre class="box" tabindex="0">${clipped(summary, MOST_SUMMARY)}</pre>${rest}`;
}

function pageHtml(
  sections: readonly { readonly name: string; readonly body: Html }[],
  { command, summary }: { readonly command: string; readonly summary: string },
): Html {
  const title = `negscope ${command}`;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <title>${clipped(summary.split("\n", 1)[0]!, 1000)}</title>
        <style>
    ${new Html(style)}</style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <nav>${sections.map(({ name }) =>
            html`
              <a href="#${name.toLowerCase()}">${name}</a>
            `
          )}</nav>
        </header>
        <main>
    ${sections.map(({ body }) => body)}</main>
        <script>
    ${new Html(script)}</script>
      </body>
    </html>
  `;
}

function section(name: string, content: Html | readonly Html[]): { name: string; body: Html } {
  const body = html`<section id="${name.toLowerCase()}">\n<h2>${name}</h2>\n${content}</section>\n`;
  return { name, body };
}
