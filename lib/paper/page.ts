/** report.html of the paper's results: one page in the paper's order, complete in one file. */

import { documentHtml, type Section, section } from "../report/document.ts";
import { clipped, type Html, html } from "../report/escape.ts";
import { summaryHtml } from "../report/summary.ts";
import { type ReportTable, tablesHtml } from "../report/table.ts";
import type { PartLeftOut } from "../parts/part.ts";
import type { ShownPart } from "../parts/read_part.ts";
import { BEYOND } from "./beyond.ts";
import { leftOutSections, partSection, recordSection } from "../parts/sections.ts";

export interface PaperPage {
  /** The model's name. */
  readonly model: string;
  /** The text that the task prints at its end. */
  readonly summary: string;
  /** paper.csv and paper_summary.csv. */
  readonly tables: readonly ReportTable[];
  /** The parts in the paper's order, the comparison with the published maps last. */
  readonly parts: readonly ShownPart[];
  /** The parts that did not run. */
  readonly leftOut: readonly PartLeftOut[];
  /** methods.md and checklist.md. */
  readonly methods: string;
  readonly checklist: string;
}

const MOST_TABLE_BYTES = 250_000;

/** The last chapter where there is no atlas. */
const NO_ATLAS = html`
  <p>${BEYOND.question}</p>
  <p>Not run: the command that made this page answers it here with <code>--atlas</code>. It goes on
  from what is finished.</p>
`;

/** Makes the page: what was found, each part, the published figures beside the measured ones, and then how. */
export async function paperPage(
  { model, summary, tables, parts, leftOut, methods, checklist }: PaperPage,
): Promise<string> {
  const { heading, found, words, rest, ...shown } = summaryHtml(summary);
  const sections: Section[] = found === undefined ? [] : [section("Found", found)];
  const beyond = parts.find(({ part }) => part === BEYOND);
  for (const part of parts) if (part !== beyond) sections.push(await partSection(part));
  sections.push(
    section("Published and measured", html`${shown.tables}${rest}`),
    beyond === undefined ? section(BEYOND.title, NO_ATLAS) : await partSection(beyond),
    section("Tables", tablesHtml(tables, MOST_TABLE_BYTES)),
  );
  sections.push(
    ...leftOutSections(leftOut),
    ...words === undefined ? [] : [section("Words", words)],
    section(
      "Methods",
      html`${
        paragraphs(methods)
      }<p class="files">As text: <a href="methods.md" download>methods.md</a></p>`,
    ),
    section(
      "Checklist",
      html`${
        markdownList(checklist)
      }<p class="files">As text: <a href="checklist.md" download>checklist.md</a></p>`,
    ),
    recordSection(parts),
  );
  return documentHtml(sections, {
    title: heading,
    heading: html`paper of ${clipped(model, 200)}`,
    about: heading,
  }).source;
}

function paragraphs(text: string): Html[] {
  return text.trim().split("\n\n").map((paragraph) => html`<p class="prose">${paragraph}</p>\n`);
}

/** The headings and lists of the checklist. */
function markdownList(text: string): Html[] {
  const blocks = text.trim().split("\n\n").slice(1); // without its title
  return blocks.map((block) => {
    if (block.startsWith("## ")) return html`<h3>${block.slice(3)}</h3>\n`;
    const items = block.split("\n").map((line) => line.replace(/^- /, "").replaceAll("`", ""));
    return html`<ul>${items.map((item) => html`<li>${item}\n`)}</ul>\n`;
  });
}
