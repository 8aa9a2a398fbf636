/** report.html of a study: what ran, the charts, and for each experiment a table of models and data that leads to each run. */

import { documentHtml, type Section, section } from "../../report/page.ts";
import { clipped, type Html, html } from "../../report/html.ts";
import { type Figure, figuresHtml, type ReportTable, tablesHtml } from "../../report/table.ts";
import { summaryHtml } from "../../report/summary.ts";
import { numberText } from "../../tables/text_table.ts";
import { partText } from "./findings.ts";
import type { RunHeadlines } from "./headlines.ts";
import { SCORES } from "./study_table.ts";

export interface StudyPage {
  readonly file: string;
  readonly runs: readonly RunHeadlines[];
  readonly figures: readonly Figure[];
  readonly tables: readonly ReportTable[];
  /** The text that the task prints at its end. */
  readonly summary: string;
}

/** Of the figures, and of the tables. */
const MOST_BYTES = 1_000_000;

export function studyPage({ file, runs, figures, tables, summary }: StudyPage): string {
  const { heading, found, words, rest, ...shown } = summaryHtml(summary);
  const experiments = Map.groupBy(runs, ({ cell }) => cell.experiment.name);
  const missing = runs.filter((run) => run.missing !== undefined);
  const sections: Section[] = [
    ...found === undefined ? [] : [section("Found", found)],
    section("Figures", figuresHtml(figures, MOST_BYTES)),
    section("Runs", html`${[...experiments].map(([name, runs]) => matrixHtml(name, runs))}`),
    ...missing.length === 0 ? [] : [
      section(
        "Missing",
        html`<ul>${
          missing.map(({ cell, missing }) => html`<li><b>${cell.folder}</b>: ${missing}\n`)
        }</ul>`,
      ),
    ],
    section("All runs", html`${shown.tables}${rest}`),
    section("Tables", tablesHtml(tables, MOST_BYTES)),
    ...words === undefined ? [] : [section("Words", words)],
  ];
  return documentHtml(sections, {
    title: heading,
    heading: html`study ${clipped(file, 200)}`,
    about: heading,
  }).source;
}

/** A table of an experiment: models down, data across, in each cell what a reader looks for first and the way to the run. */
function matrixHtml(name: string, runs: readonly RunHeadlines[]): Html {
  const data = [...new Set(runs.map(({ cell }) => cell.data.name))];
  const models = Map.groupBy(runs, ({ cell }) => cell.model.name);
  const { called, cell: { experiment } } = runs[0]!;
  const isOfScores = experiment.task === SCORES;
  const about = isOfScores ? called : `strongest part by ${called}`;
  const heads = data.map((each) => html`<th scope="col">${each}`);
  const rows = [...models].map(([model, own]) => {
    const cells = data.map((each) => own.filter(({ cell }) => cell.data.name === each));
    return [
      html`<th scope="row">${model}`,
      ...cells.map((runs) => html`<td>${runs.map(cellHtml)}`),
    ];
  });
  return html`
    <h3>${name}</h3>
    <p>${experiment.task === name ? "" : `${experiment.task}: `}${about}</p>
    <div class="box" tabindex="0" role="group" aria-label="${name}">
      <table>
        <thead>
          <tr>
            <th scope="col">model${heads}</thead>
    <tbody>
    ${rows.map((cells) => html`<tr>${cells}\n`)}</tbody>
    </table></div>
  `;
}

function cellHtml({ cell: { folder, experiment, seed }, missing, strongest }: RunHeadlines): Html {
  const named = folder.endsWith(`/seed_${seed}`) ? `seed ${seed}: ` : "";
  if (missing !== undefined) return html`<span>${named}missing</span>\n`;
  const value = strongest?.value === undefined ? "" : numberText(strongest.value, 3);
  const text = experiment.task === SCORES
    ? value || "no scores"
    : strongest === undefined
    ? "none certain"
    : `${partText(strongest)}: ${value}${strongest.specific === "no" ? ", its control too" : ""}`;
  return html`<a href="${folder}/report.html">${named}${text}</a>\n`;
}
