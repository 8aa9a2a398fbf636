/** How a comparison is written into a folder. */

import type { AnyTable } from "../../tables/table.ts";
import type { ChartSpec } from "../../charts/spec.ts";
import { pictureEndings, type Pictures } from "../../draw/pictures.ts";
import { sha256Text } from "../../reading/sha256.ts";
import type { OpenedRun } from "../../runs/open_run.ts";
import type { FileDigest, Sources } from "../../reading/path.ts";
import { finishedAlready } from "../../runs/draw_figures.ts";
import type { RunIdentity } from "../../runs/identity.ts";
import { versionsNow } from "../../runs/run_identity.ts";
import { RunFolder } from "../../runs/run_folder.ts";
import { fileNames, manifestOf, reportText, writeResults } from "../../runs/write_results.ts";
import type { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { type Summary, summaryText } from "../../report/summary.ts";

/** Where a comparison is written. */
export interface ComparisonFolder {
  /** The folder. */
  readonly out: string;
  /** Whether to discard the folder's files first. @default {false} */
  readonly overwrite?: boolean;
  /** Pictures of the charts. */
  readonly pictures: Pictures;
}

interface Compared extends Omit<RunIdentity, "versions"> {
  readonly tables: readonly AnyTable[];
  /** Its charts by the names of their files. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  readonly cells: number;
  readonly measured: number;
  readonly summary: Summary;
  readonly stopwatch: Stopwatch;
  /** The seed of what is drawn. @default {0, since nothing is drawn} */
  readonly seed?: number;
}

/** What a comparison found, and what was done with its folder. */
export interface WrittenComparison {
  /** The text for a terminal. */
  readonly findings: string;
  /** What was written where, or that it was there already. */
  readonly said: string;
}

/** Writes a comparison, unless it is in the folder already. */
export async function writeComparison(
  { out, overwrite = false, pictures }: ComparisonFolder,
  { command, options, sources, tables, charts, cells, measured, ...rest }: Compared,
): Promise<WrittenComparison> {
  const { stopwatch, summary, seed = 0 } = rest;
  const findings = summaryText(summary);
  const identity: RunIdentity = { command, options, versions: versionsNow(), sources };
  const named = { tables: tables.map(({ name }) => name), charts: [...charts.keys()] };
  const files = fileNames(named, pictureEndings(pictures));
  using folder = await RunFolder.open(out, identity, { files, overwrite });
  if (folder === undefined) return { findings, said: await finishedAlready(out, pictures) };
  const missing = { reason: "not measured", n: cells - measured };
  const rows = { read: cells, kept: measured, dropped: missing.n === 0 ? [] : [missing] };
  const manifest = (files: readonly string[]) =>
    manifestOf({ identity, seed, rows, stopwatch }, files);
  await folder.begin(manifest(files), { overwrite });
  await writeResults(folder, { tables, charts, summary }, { manifest, pictures });
  return { findings, said: reportText(out) };
}

/** The files of runs, each once, and of each run one checksum for what it wrote. */
export function sourcesOf(runs: readonly Pick<OpenedRun, "manifest">[]): Sources {
  const distinct = (files: readonly FileDigest[]) => [
    ...new Map(files.map((entry) => [`${entry.file} ${entry.sha256}`, entry])).values(),
  ];
  return {
    model: distinct(runs.flatMap(({ manifest: { sources } }) => sources.model)),
    data: distinct(runs.flatMap(({ manifest: { command, sources, checksums } }) => {
      const written = { file: `run of ${command}`, sha256: sha256Text(JSON.stringify(checksums)) };
      return [...sources.data, written];
    })),
  };
}
