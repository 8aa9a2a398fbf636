/** The sections of a report about parts, each of which has a report in its own folder. */

import { type ChartSpec, SCREEN } from "../charts/spec.ts";
import type { Pictures } from "../draw/pictures.ts";
import { type Manifest, readFinished, readWritten } from "../files/manifest.ts";
import { MOST_BYTES, readText } from "../files/read_file.ts";
import { findingsIn } from "../runs/write_results.ts";
import type { PartHeading, PartLeftOut } from "./part.ts";
import { documentHtml, type Section, section } from "../report/page.ts";
import { clipped, html } from "../report/html.ts";
import { type Figure, figureOf, figuresHtml } from "../report/table.ts";
import { findingsHtml, type SummaryHtml } from "../report/summary.ts";

/** A finished part: its folder and its manifest. */
export interface FinishedPart {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The checksums of a part's files by name, without its report, which follows from them. */
export function partFiles({ manifest: { checksums = {} } }: FinishedPart): Record<string, string> {
  return Object.fromEntries(Object.entries(checksums).filter(([file]) => file !== "report.html"));
}

export interface PartChart {
  /** A name that no chart of another part has. */
  readonly name: string;
  /** The name of its files in the part's folder. */
  readonly file: string;
  readonly spec: ChartSpec;
  /** The chart as it was drawn for the screen, if it was. */
  readonly svg?: string;
}

export interface ShownPart extends FinishedPart {
  readonly part: PartHeading;
  /** Its findings; those of the scores only in the parts that are about them. */
  readonly findings: string;
  /** Its charts; those of the scores only in the parts that are about them. */
  readonly charts: readonly PartChart[];
}

/** Charts of the scores, which every run on images has. */
const SCORES = "scores";

export async function readParts(
  out: string,
  parts: readonly PartHeading[],
  pictures: Pictures,
): Promise<ShownPart[]> {
  const read: ShownPart[] = [];
  let scores = "";
  for (const part of parts) {
    const folder = `${out}/${part.name}`;
    const manifest = await readFinished(folder);
    const { command, checksums = {} } = manifest;
    const summary = await readWritten(folder, "summary.txt", checksums);
    const isOfScores = command === "evaluate";
    if (isOfScores) scores = findingsIn(summary);
    const findings = isOfScores ? scores : findingsIn(summary, scores);
    const finished = { name: part.name, folder, manifest, part, findings };
    read.push({ ...finished, charts: await chartsOf(finished, pictures) });
  }
  return read;
}

async function chartsOf(
  { name, folder, manifest: { files, command, checksums = {} } }: FinishedPart,
  { formats, preset }: Pictures,
): Promise<PartChart[]> {
  const ending = ".vl.json";
  const names = files.filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .filter((file) => file !== SCORES || command === "evaluate");
  const isDrawn = preset === SCREEN && formats.includes("svg");
  const charts: PartChart[] = [];
  for (const file of names) {
    const spec: ChartSpec = JSON.parse(await readWritten(folder, `${file}${ending}`, checksums));
    const chart = { name: file === SCORES ? name : file, file, spec };
    charts.push(
      isDrawn ? { ...chart, svg: await readText(`${folder}/${file}.svg`, MOST_BYTES.rows) } : chart,
    );
  }
  return charts;
}

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
