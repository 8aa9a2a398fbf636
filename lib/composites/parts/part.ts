/** A list of runs that one command makes in one folder, each in a folder within it, and the sections of a report about them, each of which has a report in its own folder. */

import type { Pictures } from "../../draw/pictures.ts";
import type { Protocol } from "../../data/pairs.ts";
import { wrapText } from "../../tables/words.ts";
import type { ErrorCode } from "../../errors/errors.ts";
import type { KnownDigests } from "../../files/read_file.ts";
import type { OpeningOptions } from "../../opening/open_inputs.ts";
import type { RunIdentity } from "../../runs/identity.ts";
import type { RunSettings } from "../../runs/run_experiment.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";
import {
  type AnyExperiment,
  type RunsTower,
  withOptions,
} from "../../study/experiment/experiment.ts";
import type { ChartSpec } from "../../charts/spec.ts";
import { readWritten } from "../../files/manifest.ts";
import { type OpenedRun, openRun } from "../../runs/open_run.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { documentHtml, type Section, section } from "../../report/page.ts";
import { clipped, html } from "../../report/html.ts";
import { figureOf, figuresHtml } from "../../report/table.ts";
import { findingHtml, type summaryHtml } from "../../report/summary.ts";

export interface PartHeading {
  readonly name: string;
  readonly title: string;
  readonly question: string;
}

export interface Part extends PartHeading {
  readonly experiment: AnyExperiment;
  /** Values of the experiment's options that are not the defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly runs: RunsTower; // tower that it runs
  readonly protocol: Protocol;
  /** The codes of errors by which the model or the rows have nothing for this part, which is then left out. @default {none} */
  readonly leftOutOn?: readonly ErrorCode[];
  /** About how long it takes, in any unit: of those that run side by side, the longest begin first. @default {1} */
  readonly cost?: number;
  /** Files that only this part reads. @default {none} */
  readonly files?: Pick<StudyChoice, "subjectSizes">;
}

/** A part with the defaults of its experiment, in a folder of its name. */
export function part(
  experiment: AnyExperiment,
  title: string,
  question: string,
  { options = {}, ...more }: Partial<Omit<Part, "experiment" | "title" | "question" | "runs">> = {},
): Part {
  const { runs } = withOptions(experiment, options);
  const { name } = experiment;
  return { name, title, question, experiment, options, runs, protocol: "rephrased", ...more };
}

export interface PartLeftOut {
  readonly title: string;
  readonly reason: string;
  readonly fix: string;
}

/** What a summary says of parts that did not run. */
export function leftOutLines(leftOut: readonly PartLeftOut[]): string[] {
  return leftOut.map(({ title, reason, fix }) =>
    wrapText(`Not run: ${title}, since ${reason}; ${fix}`)
  );
}

export interface PartsList {
  readonly command: string;
  readonly tables: readonly string[]; // names of what it writes beside the parts' folders
  readonly charts: readonly string[];
  readonly files: readonly string[];
  /** All parts that there may be, of which only the folders count. */
  readonly all: readonly Part[];
  readonly further: readonly string[]; // folders of what is made beside the parts
  /** The parts of rows read in a format, such as `valse`, under a protocol, whether they can run or not. */
  partsOf(format: string, protocol: Protocol): readonly Part[];
}

/** How a folder of parts is made. */
export interface PartsSettings
  extends Pick<RunSettings, "say" | "bar">, Pick<OpeningOptions, "called" | "warn"> {
  /** The folder; each part has one of its own in it. */
  readonly out: string;
  /** The seed of the draws for intervals and tests. @default {0} */
  readonly seed?: number;
  /** Pictures of the charts. @default {SVG for the screen} */
  readonly pictures?: Pictures;
  /** Whether to remove what earlier runs have written into the folder, and start over. @default {false} */
  readonly overwrite?: boolean;
  /**
   * The folder in which embeddings are kept for other runs; the user's own if `true`, none if `false` or `"none"`, and then each protocol
   * embeds all images.
   * @default {none}
   */
  readonly cache?: string | boolean | undefined;
}

export interface PartRuns extends PartsSettings {
  readonly seed: number;
  readonly pictures: Pictures;
  readonly digests: KnownDigests; // checksums of the files, which are read once for all parts
  /** What all parts are made of; each checks that it is the same. */
  readonly inputs: Pick<RunIdentity, "options" | "sources">;
  readonly isResumed: boolean; // whether the folder holds parts of these results from before
  /** How many parts of the text tower run side by side, each in a thread of its own. @default {1} */
  readonly sideBySide?: number;
}

export function foldersOf({ all, further }: PartsList): readonly string[] {
  return [...all.map(({ name }) => name), ...further];
}

export interface FinishedPart extends OpenedRun {
  readonly name: string;
}

/** The checksums of a part's files by name, without its report, which follows from them. */
export function partFiles(
  { manifest: { checksums = {} } }: Pick<FinishedPart, "manifest">,
): Record<string, string> {
  return Object.fromEntries(Object.entries(checksums).filter(([file]) => file !== "report.html"));
}

export interface ShownPart extends FinishedPart {
  readonly part: PartHeading;
  readonly found: Finding;
  /** Its charts by the names of their files; those of the scores only in the parts that are about them. */
  readonly charts: readonly (readonly [file: string, ChartSpec])[];
}

const SCORES = "scores"; // charts of the scores, which every run on images has

export async function readParts(
  out: string,
  parts: readonly PartHeading[],
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
    const charts = await chartsOf(run);
    read.push({ ...run, part, found: { ...found, sentences: own }, charts });
  }
  return read;
}

async function chartsOf(
  { folder, manifest: { files, command, checksums = {} } }: FinishedPart,
): Promise<[file: string, ChartSpec][]> {
  const ending = ".vl.json";
  const names = files.filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .filter((name) => name !== SCORES || command === "evaluate");
  return await Promise.all(names.map(async (name) => [
    name,
    JSON.parse(await readWritten(folder, `${name}${ending}`, checksums)),
  ]));
}

/** A chart's name that no chart of another part has. */
export function chartName({ name }: Pick<FinishedPart, "name">, file: string): string {
  return file === SCORES ? name : file;
}

/** The most bytes of a part's charts, so that the page can be sent by mail. */
const MOST_FIGURE_BYTES = 400_000;

/** What a part found, with the figure that shows it; its own report has all else. */
export async function partSection(shown: ShownPart): Promise<Section> {
  const { name, part, found, charts } = shown;
  const figures = await Promise.all(
    charts.slice(0, 1).map(async ([file, spec]) => (
      { ...await figureOf(chartName(shown, file), spec), folder: `${name}/`, file }
    )),
  );
  return section(
    part.title,
    html`
      <p>${part.question}</p>
      ${findingHtml(found).found}
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

/** The report: what was found, the sections about it, what did not run, and where its record is. */
export function partsPage(
  { title, said: { heading, found, words }, parts, leftOut }: PartsPage,
  about: readonly Section[],
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
    section(
      "Record",
      html`
        <p>Each part is a run with a report and a record of its own:</p>
        <ul>${parts.map(({ name, part: { title, question } }) =>
          html`<li><a href="${name}/report.html">${title}</a> (<a
            href="${name}/manifest.json">manifest</a>): ${question}\n`
        )}</ul>
      `,
    ),
  ];
  return documentHtml(sections, {
    title: heading,
    heading: clipped(title, 300),
    about: heading,
  }).source;
}
