/** report.html of the paper's results: one page in the paper's order, complete in one file. */

import { captionOf } from "../charts/spec.ts";
import { renderSvg } from "../draw/render.ts";
import { documentHtml, type Section, section } from "../report/document.ts";
import { clipped, type Html, html } from "../report/escape.ts";
import { type Figure, figuresHtml } from "../report/figure.ts";
import { findingsHtml, summaryHtml } from "../report/summary.ts";
import { type ReportTable, tablesHtml } from "../report/table.ts";
import type { PartLeftOut } from "./parts.ts";
import type { ShownPart } from "./read_part.ts";

/** The content of the page. */
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

/** The most bytes of a part's charts, so that the page can be sent by mail. */
const MOST_FIGURE_BYTES = 400_000;

const MOST_TABLE_BYTES = 250_000;

/** Makes the page: what was found, each part, the published figures beside the measured ones, and then how. */
export async function paperPage(
  { model, summary, tables, parts, leftOut, methods, checklist }: PaperPage,
): Promise<string> {
  const { heading, found, words, rest, ...shown } = summaryHtml(summary);
  const sections: Section[] = found === undefined ? [] : [section("Found", found)];
  for (const part of parts) sections.push(await partSection(part));
  sections.push(
    section("Published and measured", html`${shown.tables}${rest}`),
    section("Tables", tablesHtml(tables, MOST_TABLE_BYTES)),
  );
  if (leftOut.length > 0) {
    sections.push(section(
      "Not run",
      html`<ul>${
        leftOut.map(({ title, reason, fix }) => html`<li><b>${title}</b>: ${reason}; ${fix}\n`)
      }</ul>`,
    ));
  }
  if (words !== undefined) sections.push(section("Words", words));
  sections.push(
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
    section(
      "Record",
      html`
        <p class="files">Each part is a run with a record and a report of its own: ${parts.map((
          { name },
        ) =>
          html`
            <a href="${name}/report.html">${name}</a> (<a
              href="${name}/manifest.json">manifest</a>)
          `
        )}</p>
      `,
    ),
  );
  return documentHtml(sections, {
    title: heading,
    heading: html`paper of ${clipped(model, 200)}`,
    about: heading,
  }).source;
}

async function partSection({ name, part, findings, charts }: ShownPart): Promise<Section> {
  const figures: Figure[] = [];
  for (const { name: own, file, spec, svg } of charts) {
    const { description } = spec as { readonly description: string };
    const drawn = svg ?? await renderSvg(spec);
    const texts = { description, caption: captionOf(spec) };
    figures.push({ name: own, folder: `${name}/`, file, ...texts, svg: drawn });
  }
  const { found, tables } = findingsHtml(findings);
  return section(
    part.title,
    html`
      <p>${part.question}</p>
      ${found}
      ${figuresHtml(figures, MOST_FIGURE_BYTES)}
      ${tables}
      <p
        class="files">All tables and rows of this part: <a href="${name}/report.html">${name}/report.html</a></p>
    `,
  );
}

/** Paragraphs of plain text. */
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
