/** Writes what a run found into its folder, and finishes it. */

import type { ChartSpec } from "../../charts/spec.ts";
import type { Content } from "../../disk/write_whole.ts";
import type { Pictures } from "../../draw/pictures.ts";
import type { Manifest } from "../../files/manifest.ts";
import { type Figure, figureOf } from "../../report/figure.ts";
import { readBeginning } from "../../report/read_run.ts";
import type { ReportTable } from "../../report/table.ts";
import { type ReportOptions, writeReport } from "../../report/write_report.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import { type AnyTable, numberColumns } from "../../tables/table.ts";
import type { RunFolder, RunIdentity } from "./run_folder.ts";

/** What a manifest records of a run beside its files. */
export interface RecordedRun
  extends Pick<Manifest, "model" | "seed" | "rows" | "warnings" | "shards"> {
  readonly identity: RunIdentity;
  /** How many rows each engine measured, for an experiment with a choice of engines. */
  readonly engines?: Manifest["engines"] | undefined;
  readonly embeddings?: Manifest["embeddings"] | undefined;
  readonly stopwatch: Stopwatch;
}

/** The manifest of an unfinished run with these files. */
export function manifestOf(
  { identity, model, seed, rows, warnings = [], engines, embeddings, shards, stopwatch }:
    RecordedRun,
  files: readonly string[],
): Manifest {
  const { start, seconds } = stopwatch;
  return {
    ...identity,
    ...(model && { model }),
    seed,
    rows,
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(engines === undefined ? {} : { engines }),
    ...(embeddings === undefined ? {} : { embeddings }),
    files,
    ...(shards === undefined ? {} : { shards }),
    finished: false,
    start,
    seconds,
  };
}

/** What a folder holds at the end of its run, in the order of writing. */
export interface RunResults {
  readonly tables: readonly AnyTable[];
  /** Other files by name. @default {none} */
  readonly files?: Iterable<readonly [name: string, content: Content]>;
  /** Charts by the names of their files. @default {none} */
  readonly charts?: Iterable<readonly [name: string, spec: ChartSpec]>;
  /** The summary, and what other commands read, by the names of their files. */
  readonly texts: Iterable<readonly [name: string, text: Content]>;
  /** Makes the report of the tables and charts. @default {that of an experiment, with its rows} */
  readonly page?: (
    tables: readonly ReportTable[],
    figures: readonly Figure[],
  ) => string | Promise<string>;
  /** What the report of an experiment shows beside its files. @default {nothing} */
  readonly beside?: Pick<ReportOptions, "images" | "masks" | "examples">;
}

/** How results are written. */
export interface ResultsWriting {
  /** The manifest of the unfinished run with these files. */
  readonly manifest: (files: readonly string[]) => Manifest;
  readonly pictures: Pictures;
  /** Measures how long charts and report take. @default {nothing does} */
  readonly stopwatch?: Stopwatch;
}

/** Writes what a run found into its folder, whose run has begun, and finishes it. */
export async function writeResults(
  folder: RunFolder,
  results: RunResults,
  { manifest, pictures, stopwatch = new Stopwatch() }: ResultsWriting,
): Promise<void> {
  const { tables, files = [], texts } = results;
  const charts = [...results.charts ?? []];
  for (const table of tables) await folder.writeTable(table);
  for (const [name, content] of files) await folder.writeFile(name, content);
  const writeCharts = async () => {
    for (const [name, spec] of charts) await folder.writeChart(name, spec, pictures);
  };
  if (charts.length > 0) await stopwatch.measure("charts", writeCharts);
  for (const [name, text] of texts) await folder.writeFile(name, text);
  await folder.writeManifest(manifest(folder.files)); // the report reads it
  await stopwatch.measure("report", () => writePage(folder, { ...results, charts }));
  await folder.finish(manifest(folder.files));
}

async function writePage(
  folder: RunFolder,
  { tables, charts = [], page, beside }: RunResults,
): Promise<void> {
  const { path, onScreen } = folder;
  if (page === undefined) {
    const write = (text: string) => folder.writeReport(text);
    await writeReport(path, { ...beside, drawn: onScreen, written: tables, write });
    return;
  }
  const shown: ReportTable[] = [];
  for (const table of tables) {
    const read = await readBeginning(path, table.name);
    shown.push({ ...read, numbers: numberColumns(table), about: table.schema?.about });
  }
  const figures: Figure[] = [];
  for (const [name, spec] of charts) figures.push(await figureOf(name, spec, onScreen.get(name)));
  await folder.writeReport(await page(shown, figures));
}
