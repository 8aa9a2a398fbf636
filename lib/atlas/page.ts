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

/** The content of the page. */
export interface AtlasPage {
  /** The model's name. */
  readonly model: string;
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
  { model, figures, tables, summary, parts, leftOut }: AtlasPage,
): string {
  const { heading, found, words, rest, ...shown } = summaryHtml(summary);
  const sections: Section[] = [
    ...found === undefined ? [] : [section("Found", found)],
    section("Figures", figuresHtml(figures, MOST_FIGURE_BYTES)),
    section("Parts and methods", html`${shown.tables}${rest}`),
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
    ...words === undefined ? [] : [section("Words", words)],
    recordSection(parts),
  ];
  return documentHtml(sections, {
    title: heading,
    heading: html`atlas of ${clipped(model, 200)}`,
    about: heading,
  }).source;
}

/** Where the methods of a part are explained. */
function pageText(part: string): string {
  const pages = METHODS.filter(({ sources }) => sources.some((source) => source.part === part))
    .map(({ page }) => page);
  const known = [...new Set(pages)].join(", ");
  return known === "" ? "" : ` (${known})`;
}
