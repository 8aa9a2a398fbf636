/** report.html of the paper's results: one page in the paper's order, complete in one file. */

import { type Section, section } from "../report/document.ts";
import { type Html, html } from "../report/escape.ts";
import { summaryHtml } from "../report/summary.ts";
import { type ReportTable, tablesHtml } from "../report/table.ts";
import { BEYOND } from "./beyond.ts";
import { partSection, type PartsPage, partsPage } from "../parts/sections.ts";

/** The content of the page; the parts are in the paper's order, the comparison with the published maps last. */
export interface PaperPage extends Pick<PartsPage, "model" | "parts" | "leftOut"> {
  /** The text that the task prints at its end. */
  readonly summary: string;
  readonly tables: readonly ReportTable[];
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
  { summary, tables, methods, checklist, ...page }: PaperPage,
): Promise<string> {
  const said = summaryHtml(summary);
  const beyond = page.parts.find(({ part }) => part === BEYOND);
  const about: Section[] = [];
  for (const part of page.parts) if (part !== beyond) about.push(await partSection(part));
  about.push(
    section("Published and measured", html`${said.tables}${said.rest}`),
    beyond === undefined ? section(BEYOND.title, NO_ATLAS) : await partSection(beyond),
    section("Tables", tablesHtml(tables, MOST_TABLE_BYTES)),
  );
  return partsPage({ ...page, command: "paper", said }, about, [
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
  ]);
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
