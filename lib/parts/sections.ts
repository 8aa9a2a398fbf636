/** The sections of a report about parts, each of which has a report in its own folder. */

import { captionOf } from "../charts/spec.ts";
import { renderSvg } from "../draw/render.ts";
import { type Section, section } from "../report/document.ts";
import { html } from "../report/escape.ts";
import { type Figure, figuresHtml } from "../report/figure.ts";
import { findingsHtml } from "../report/summary.ts";
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

/** The parts that did not run, if there are any. */
export function leftOutSections(leftOut: readonly PartLeftOut[]): Section[] {
  if (leftOut.length === 0) return [];
  return [
    section(
      "Not run",
      html`<ul>${
        leftOut.map(({ title, reason, fix }) => html`<li><b>${title}</b>: ${reason}; ${fix}\n`)
      }</ul>`,
    ),
  ];
}

export function recordSection(parts: readonly ShownPart[]): Section {
  return section(
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
  );
}
