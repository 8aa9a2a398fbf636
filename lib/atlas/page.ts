/** report.html of an atlas: the sentences, the charts, the tables, and the way to each part. */

import { type PartsPage, partsPage } from "../parts/sections.ts";
import { section } from "../report/document.ts";
import { html } from "../report/escape.ts";
import { type Figure, figuresHtml } from "../report/figure.ts";
import { summaryHtml } from "../report/summary.ts";
import { type ReportTable, tablesHtml } from "../report/table.ts";

const MOST_FIGURE_BYTES = 1_500_000;

const MOST_TABLE_BYTES = 1_000_000;

/** Makes the page from the text that the task prints at its end, the charts and the tables. */
export function atlasPage(
  { summary, ...page }: Pick<PartsPage, "model" | "parts" | "leftOut"> & {
    readonly summary: string;
  },
  tables: readonly ReportTable[],
  figures: readonly Figure[],
): string {
  const said = summaryHtml(summary);
  return partsPage({ ...page, command: "atlas", said }, [
    section("Figures", figuresHtml(figures, MOST_FIGURE_BYTES)),
    section("Parts and methods", html`${said.tables}${said.rest}`),
    section("Tables", tablesHtml(tables, MOST_TABLE_BYTES)),
    section(
      "Methods",
      html`<ul>${
        page.parts.map(({ name, part }) =>
          html`<li><a href="${name}/report.html">${part.title}</a>: ${part.question}\n`
        )
      }</ul>`,
    ),
  ]);
}
