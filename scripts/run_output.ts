/** A run's files apart from its tables and charts: the summary, the report, the manifest, and the rows of a shard. */

import type { Pair } from "../lib/data/pairs.ts";
import type { EvaluateRow } from "../lib/subject/score_rows.ts";
import { countSentencePairs, sentencePairKey } from "../lib/subject/prepare.ts";
import type { Manifest } from "../lib/runs/manifest.ts";
import { drawFigures } from "../lib/runs/draw_figures.ts";
import type { Pictures } from "../lib/draw/pictures.ts";
import { RunFolder, type RunIdentity } from "../lib/runs/run_folder.ts";
import type { Stopwatch } from "../lib/runs/stopwatch.ts";
import { writeReport } from "../lib/report/write_report.ts";
import type { TaskHelp } from "./flags.ts";

/** The files of {@linkcode finishRun}. */
export const CLOSING_FILES = ["summary.txt", "report.html"] as const;

/** What a shard leaves for merge: all that was measured, a row of the data in a line. */
export const SHARD_ROWS = "rows.jsonl";

/** All that a run measured of one row; it survives JSON unchanged. */
export interface MeasuredRow {
  readonly pair: Pair;
  /** Absent without images. */
  readonly scores?: EvaluateRow | undefined;
}

/** A run that writes: a task's own, or one merged from shards. */
export interface RunOutput {
  readonly folder: RunFolder;
  readonly identity: RunIdentity;
  readonly pictures: Pictures;
  readonly seed: number;
  readonly quiet: boolean;
  readonly stopwatch: Stopwatch;
  readonly model: NonNullable<Manifest["model"]>;
  readonly rows: Manifest["rows"];
  /** Of a merged run. */
  readonly shards?: NonNullable<Manifest["shards"]>;
  /** Reads an image for the report by its name in the data. */
  readonly readImage?: ((name: string) => Promise<Uint8Array>) | undefined;
}

/**
 * The files that a task writes under the chosen picture formats.
 *
 * @param help The task, whose pictures stand in its list as SVG.
 * @param pictures The pictures' formats.
 */
export function writtenFiles(help: Pick<TaskHelp, "writes">, { formats }: Pictures): string[] {
  return (help.writes ?? []).flatMap((name) =>
    name.endsWith(".svg") ? formats.map((format) => name.replace(/svg$/, format)) : [name]
  );
}

/**
 * Draws the pictures of a finished run again, one process at a time, and says that it is finished.
 *
 * @param path The run's folder.
 * @param pictures The kinds of pictures, and what they are drawn for.
 */
export async function finishedAlready(path: string, pictures: Pictures): Promise<string> {
  const said = `This run is finished already: ${path} (--overwrite repeats it)`;
  if (pictures.formats.length === 0) return said;
  using _held = await RunFolder.create(path);
  return `${said}; drawn again: ${(await drawFigures(path, pictures)).join(", ")}`;
}

/**
 * Writes a run's record.
 *
 * @param run The run.
 * @param files The names of its files.
 * @param finished Whether all of them are written.
 */
export function manifestOf(
  { identity, model, seed, rows, shards, stopwatch }: RunOutput,
  files: readonly string[],
  finished: boolean,
): Manifest {
  const { start, seconds } = stopwatch;
  const merged = shards === undefined ? {} : { shards };
  return { ...identity, model, seed, rows, files, ...merged, finished, start, seconds };
}

/**
 * Writes the summary, the report and the manifest of a finished run, of a shard also its rows, and prints the summary.
 *
 * @param run The run.
 * @param findings What was found, each part ending in a line break.
 * @param rows All that was measured.
 */
export async function finishRun(
  run: RunOutput,
  findings: readonly string[],
  rows: readonly MeasuredRow[],
): Promise<void> {
  const { folder, readImage, stopwatch } = run;
  const summary = [heading(run, rows), ...findings].join("\n");
  await folder.writeSummary(summary);
  if (run.identity.options["shard"] !== undefined) {
    await folder.writeFile(SHARD_ROWS, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }
  await folder.writeManifest(manifestOf(run, folder.files, false)); // the report reads it
  await stopwatch.measure("report", () => writeReport(folder.path, { images: readImage }));
  await folder.finish(manifestOf(run, folder.files, true));
  if (!run.quiet) console.log(summary);
}

/** A heading for the summary: what ran on what. */
function heading(
  { identity, model, rows: { read, dropped } }: RunOutput,
  rows: readonly MeasuredRow[],
): string {
  const { layers, heads, width } = model.text;
  const left = dropped.filter(({ reason }) => reason !== NOT_USED)
    .reduce((sum, { n }) => sum + n, 0);
  const pairs = rows.map(({ pair }) => pair);
  const sentencePairs = countSentencePairs(pairs);
  const distinct = new Set(pairs.map(sentencePairKey)).size;
  const shared = distinct === sentencePairs ? "" : ` (${distinct} whichever sentence is true)`;
  return [
    `negscope ${identity.command}: ${model.name}, text tower of ${layers} blocks x ${heads} heads, width ${width}`,
    `${pairs.length} of ${read} rows${
      left === 0 ? "" : ` (${left} dropped by the protocol or the annotators)`
    }, ${identity.options["protocol"]} protocol; ${sentencePairs} distinct sentence pairs${shared}`,
    "",
  ].join("\n");
}

/** Why a row that the protocol keeps is not in a run. */
export const NOT_USED = "left out by --limit or --shard";
