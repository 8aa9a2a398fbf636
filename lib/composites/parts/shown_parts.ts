/** The sections of a report about parts, each of which has a report in its own folder. */

import { type ChartSpec, SCREEN } from "../../charts/spec.ts";
import type { Pictures } from "../../draw/pictures.ts";
import { readWritten } from "../../files/manifest.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { type OpenedRun, openRun } from "../../runs/open_run.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import type { PartHeading, PartLeftOut } from "./part.ts";
import { documentHtml, type Section, section } from "../../report/page.ts";
import { clipped, html } from "../../report/html.ts";
import { type Figure, figureOf, figuresHtml } from "../../report/table.ts";
import { findingHtml, type summaryHtml } from "../../report/summary.ts";

export interface FinishedPart extends OpenedRun {
  readonly name: string;
}

/** The checksums of a part's files by name, without its report, which follows from them. */
export function partFiles(
  { manifest: { checksums = {} } }: Pick<FinishedPart, "manifest">,
): Record<string, string> {
  return Object.fromEntries(Object.entries(checksums).filter(([file]) => file !== "report.html"));
}

interface PartChart {
  readonly name: string; // name that no chart of another part has
  readonly file: string; // name of its files in the part's folder
  readonly spec: ChartSpec;
  readonly svg?: string; // chart as it was drawn for the screen, if it was
}

export interface ShownPart extends FinishedPart {
  readonly part: PartHeading;
  readonly found: Finding;
  /** Its charts; those of the scores only in the parts that are about them. */
  readonly charts: readonly PartChart[];
}

const SCORES = "scores"; // charts of the scores, which every run on images has

export async function readParts(
  out: string,
  parts: readonly PartHeading[],
  pictures: Pictures,
): Promise<ShownPart[]> {
  const read: ShownPart[] = [];
  let scores: readonly string[] = [];
  for (const part of parts) {
    const run = { name: part.name, ...await openRun(`${out}/${part.name}`) };
    const [found = {}] = run.findings.findings;
    const { sentences = [] } = found;
    const isOfScores = run.manifest.command === "evaluate";
    if (isOfScores) scores = sentences;
    const own = isOfScores ? sentences : sentences.filter((text) => !scores.includes(text));
    const charts = await chartsOf(run, pictures);
    read.push({ ...run, part, found: { ...found, sentences: own }, charts });
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

/** What a part found, with the figure that shows it; its own report has all else. */
export async function partSection(
  { name, part, found: finding, charts }: ShownPart,
): Promise<Section> {
  const figures: Figure[] = [];
  for (const { name: own, file, spec, svg } of charts.slice(0, 1)) {
    figures.push({ ...await figureOf(own, spec, svg), folder: `${name}/`, file });
  }
  const { found } = findingHtml(finding);
  return section(
    part.title,
    html`
      <p>${part.question}</p>
      ${found}
      ${figuresHtml(figures, MOST_FIGURE_BYTES)}
      <p
        class="files">All figures, tables and rows of this part: <a href="${name}/report.html">${name}/report.html</a></p>
    `,
  );
}

/** What every report about parts shows. */
export interface PartsPage {
  /** What it answers. */
  readonly title: string;
  readonly said: Pick<ReturnType<typeof summaryHtml>, "heading" | "found" | "words">;
  readonly parts: readonly ShownPart[];
  readonly leftOut: readonly PartLeftOut[];
}

/** The report: what was found, the sections about it, what did not run, and then how it was made. */
export function partsPage(
  { title, said: { heading, found, words }, parts, leftOut }: PartsPage,
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
    heading: clipped(title, 300),
    about: heading,
  }).source;
}
