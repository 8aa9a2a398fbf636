/** report.html of an atlas: the sentences, the charts, the tables, and the way to each part. */

import type { ShownPart } from "../parts/read_part.ts";
import type { PartLeftOut } from "../parts/part.ts";
import { leftOutSections, recordSection } from "../parts/sections.ts";
import { documentHtml, type Section, section } from "../report/document.ts";
import { clipped, html } from "../report/escape.ts";
import { type Figure, figuresHtml } from "../report/figure.ts";
import { summaryHtml } from "../report/summary.ts";
import { type ReportTable, tablesHtml } from "../report/table.ts";
import { METHODS } from "./methods.ts";
import type { Sentences } from "./sentences.ts";

/** The content of the page. */
export interface AtlasPage {
  /** The model's name. */
  readonly model: string;
  readonly sentences: Sentences;
  readonly figures: readonly Figure[];
  readonly tables: readonly ReportTable[];
  /** The text that the task prints at its end. */
  readonly summary: string;
  readonly parts: readonly ShownPart[];
  readonly leftOut: readonly PartLeftOut[];
}

const MOST_FIGURE_BYTES = 1_500_000;

const MOST_TABLE_BYTES = 1_000_000;

/** Makes the page. */
export function atlasPage(
  { model, sentences, figures, tables, summary, parts, leftOut }: AtlasPage,
): string {
  const sections: Section[] = [
    section(
      "Findings",
      html`${sentences.map((sentence) => html`<p class="prose">${sentence}.</p>\n`)}`,
    ),
    section("Figures", figuresHtml(figures, MOST_FIGURE_BYTES)),
    section("Summary", summaryHtml(summary)),
    section("Tables", tablesHtml(tables, MOST_TABLE_BYTES)),
    section(
      "Methods",
      html`<ul>${
        parts.map(({ name, part }) =>
          html`<li><a href="${name}/report.html">${part.title}</a>: ${part.question}${
            pageText(name)
          }\n`
        )
      }</ul>`,
    ),
    ...leftOutSections(leftOut),
    recordSection(parts),
  ];
  return documentHtml(sections, {
    title: clipped(summary.split("\n", 1)[0]!, 1000),
    heading: html`atlas of ${clipped(model, 200)}`,
  }).source;
}

/** Where the methods of a part are explained. */
function pageText(part: string): string {
  const pages = METHODS.filter(({ sources }) => sources.some((source) => source.part === part))
    .map(({ page }) => page);
  const known = [...new Set(pages)].join(", ");
  return known === "" ? "" : ` (${known})`;
}
