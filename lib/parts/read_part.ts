/** What a finished part found, read from its folder. */

import { type ChartSpec, SCREEN } from "../charts/spec.ts";
import type { Pictures } from "../draw/pictures.ts";
import type { Manifest } from "../files/manifest.ts";
import { readWritten } from "../files/manifest_file.ts";
import { MOST_BYTES, readText } from "../files/read_file.ts";
import { readFinished } from "../files/run_record.ts";
import { findingsIn } from "../runs/summary_text.ts";
import type { PartHeading } from "./part.ts";

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
