/** The report of a run: a single HTML file that contains everything it shows. */

import type { Manifest } from "../files/manifest.ts";
import { clipped, Html, html, htmlBytes } from "./escape.ts";
import { type Figure, figureHtml } from "./figure.ts";
import { leftOutHtml } from "./left_out.ts";
import { recordHtml } from "./record.ts";
import type { RowPictures } from "./rows/pictures.ts";
import { type Browser, rowsHtml } from "./rows/rows.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import { summaryHtml } from "./summary.ts";
import { type ReportTable, tableHtml } from "./table.ts";

/** The content of a report. */
export interface Report {
  /** The run's record. */
  readonly manifest: Manifest;
  /** The text that the task printed at the end. */
  readonly summary: string;
  readonly figures: readonly Figure[];
  readonly tables: readonly ReportTable[];
  /** The rows, if the run has any. */
  readonly browser?: Browser | undefined;
}

/** The most bytes of a page, so that any browser opens it at once and it can be sent by mail. */
export const MOST_BYTES = 1_500_000;

/** The most bytes of all charts. */
const MOST_FIGURE_BYTES = 550_000;

/** The most bytes of all tables. */
const MOST_TABLE_BYTES = 200_000;

/** Bytes for what is said about the pictures. */
const MARGIN = 5_000;

/**
 * Makes a report as HTML that can be read without scripts and without a network; equal runs give the same bytes. It has at most
 * {@linkcode MOST_BYTES}, whatever the run: what does not fit is left out, and the page says where it is.
 *
 * @param report The content.
 * @param pictures The rows' images, which together have at most the bytes of {@linkcode roomForPictures}.
 * @returns The page.
 */
export function reportPage(report: Report, pictures: RowPictures = new Map()): string {
  const { manifest, summary, figures, tables, browser } = report;
  const sections = [
    section("Summary", summaryHtml(summary)),
    section("Tables", fitting(tables, tableHtml, MOST_TABLE_BYTES)),
    section("Figures", fitting(figures, figureHtml, MOST_FIGURE_BYTES)),
    ...(browser === undefined ? [] : [section("Rows", rowsHtml(browser, pictures))]),
    section("Left out", leftOutHtml(manifest)),
    section("Record", recordHtml(manifest)),
  ];
  return pageHtml(sections, manifest, summary).source;
}

/**
 * The bytes that the rest of a page leaves to the pictures of the rows.
 *
 * @param report The content.
 */
export function roomForPictures(report: Report): number {
  const others = htmlBytes(new Html(reportPage(report)));
  return Math.max(0, MOST_BYTES - MARGIN - others);
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

interface Section {
  readonly name: string;
  readonly id: string;
  readonly body: Html;
}

function pageHtml(
  sections: readonly Section[],
  { command, model }: Manifest,
  summary: string,
): Html {
  const name = model === undefined ? "" : ` of ${clipped(model.name, 200)}`;
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
    ${new Html(STYLE)}</style>
      </head>
      <body>
        <header>
          <p class="kit">negscope report</p>
          <h1>${command}${name}</h1>
          <nav aria-label="Sections">${sections.map(({ name, id }) =>
            html`
              <a href="#${id}">${name}</a>
            `
          )}</nav>
        </header>
        <main>
    ${sections.map(({ body }) => body)}</main>
        <script>
    ${new Html(SCRIPT)}</script>
      </body>
    </html>
  `;
}

function section(name: string, content: Html | readonly Html[]): Section {
  const id = name.toLowerCase().replaceAll(" ", "-");
  const body = html`<section id="${id}">\n<h2>${name}</h2>\n${content}</section>\n`;
  return { name, id, body };
}
