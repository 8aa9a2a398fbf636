/** The report of a run: a single HTML file that contains everything it shows. */

import type { Manifest } from "../files/manifest.ts";
import { Html, html } from "./escape.ts";
import { type Figure, figureHtml } from "./figure.ts";
import { recordHtml } from "./record.ts";
import { type BrowsedRow, type RowBrowserOptions, rowsHtml } from "./rows.ts";
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
  readonly browser?: (RowBrowserOptions & { readonly rows: readonly BrowsedRow[] }) | undefined;
}

/**
 * Makes a report as HTML that can be read without scripts and without a network; equal runs give the same bytes.
 *
 * @param report The content.
 * @returns The page.
 */
export function reportPage({ manifest, summary, figures, tables, browser }: Report): string {
  const title = `negscope ${manifest.command}`;
  const sections = [
    section("Summary", html`<pre class="box" tabindex="0">${summary}</pre>`),
    section("Figures", figures.map(figureHtml)),
    ...(browser ? [section("Rows", rowsHtml(browser.rows, browser))] : []),
    section("Tables", tables.map(tableHtml)),
    section("Record", recordHtml(manifest)),
  ];
  const page = html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <title>${summary.split("\n", 1)}</title>
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
  return page.source;
}

function section(name: string, content: Html | readonly Html[]): { name: string; body: Html } {
  const body = html`<section id="${name.toLowerCase()}">\n<h2>${name}</h2>\n${content}</section>\n`;
  return { name, body };
}
