/** The sections of a report about parts, each of which has a report in its own folder. */

import { documentHtml, type Section, section } from "../report/page.ts";
import { clipped, html } from "../report/html.ts";
import { type Figure, figureOf, figuresHtml } from "../report/table.ts";
import { findingsHtml, type SummaryHtml } from "../report/summary.ts";
import type { PartLeftOut } from "./part.ts";
import type { ShownPart } from "./read_part.ts";

/** The most bytes of a part's charts, so that the page can be sent by mail. */
const MOST_FIGURE_BYTES = 400_000;

/** What a part found, with its charts. */
export async function partSection(
  { name, part, findings, charts }: ShownPart,
): Promise<Section> {
  const figures: Figure[] = [];
  for (const { name: own, file, spec, svg } of charts) {
    figures.push({ ...await figureOf(own, spec, svg), folder: `${name}/`, file });
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

/** What every report about parts shows. */
export interface PartsPage {
  readonly command: string;
  readonly model: string;
  readonly said: Pick<SummaryHtml, "heading" | "found" | "words">;
  readonly parts: readonly ShownPart[];
  readonly leftOut: readonly PartLeftOut[];
}

/** The report: what was found, the sections about it, what did not run, and then how it was made. */
export function partsPage(
  { command, model, said: { heading, found, words }, parts, leftOut }: PartsPage,
  about: readonly Section[],
  how: readonly Section[] = [],
): string {
  const sections = [
    ...found === undefined ? [] : [section("Found", found)],
    ...about,
    ...leftOut.length === 0 ? [] : [section(
      "Not run",
      html`<ul>${
        leftOut.map(({ title, reason, fix }) => html`<li><b>${title}</b>: ${reason}; ${fix}\n`)
      }</ul>`,
    )],
    ...words === undefined ? [] : [section("Words", words)],
    ...how,
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
  ];
  return documentHtml(sections, {
    title: heading,
    heading: html`${command} of ${clipped(model, 200)}`,
    about: heading,
  }).source;
}
