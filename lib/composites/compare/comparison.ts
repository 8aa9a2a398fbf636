/** How a comparison is written into a folder. */

import type { ChartSpec } from "../../charts/spec.ts";
import { pictureEndings, type Pictures } from "../../draw/pictures.ts";
import { sha256Text } from "../../reading/sha256.ts";
import type { OpenedRun } from "../../runs/open_run.ts";
import type { FileDigest, Sources } from "../../reading/path.ts";
import { finishedAlready } from "../../runs/draw_figures.ts";
import type { RunIdentity } from "../../runs/identity.ts";
import { versionsNow } from "../../runs/run_identity.ts";
import { RunFolder } from "../../runs/run_folder.ts";
import {
  fileNames,
  manifestOf,
  reportText,
  type RunResults,
  writeResults,
} from "../../runs/write_results.ts";
import type { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { summaryText } from "../../report/summary.ts";
import type { Manifest } from "../../files/manifest.ts";

/** Where a comparison is written. */
export interface ComparisonFolder {
  /** The folder. */
  readonly out: string;
  /** Whether to discard the folder's files first. @default {false} */
  readonly overwrite?: boolean;
  /** Pictures of the charts. */
  readonly pictures: Pictures;
}

interface Compared extends Omit<RunIdentity, "versions">, Omit<RunResults, "files" | "beside"> {
  /** Its charts by the names of their files. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  readonly rows: Manifest["rows"];
  readonly stopwatch: Stopwatch;
  /** The seed of what is drawn. @default {0, since nothing is drawn} */
  readonly seed?: number;
}

/** The cells of a comparison, and how many of them have a value. */
export function measuredRows(read: number, kept: number): Manifest["rows"] {
  const missing = { reason: "not measured", n: read - kept };
  return { read, kept, dropped: missing.n === 0 ? [] : [missing] };
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
  { command, options, sources, rows, stopwatch, seed = 0, ...results }: Compared,
): Promise<WrittenComparison> {
  const { tables, charts, summary } = results;
  const findings = summaryText(summary);
  const identity: RunIdentity = { command, options, versions: versionsNow(), sources };
  const named = { tables: tables.map(({ name }) => name), charts: [...charts.keys()] };
  const files = fileNames(named, pictureEndings(pictures));
  using folder = await RunFolder.open(out, identity, { files, overwrite });
  if (folder === undefined) return { findings, said: await finishedAlready(out, pictures) };
  const manifest = (files: readonly string[]) =>
    manifestOf({ identity, seed, rows, stopwatch }, files);
  await folder.begin(manifest(files), { overwrite });
  await writeResults(folder, results, { manifest, pictures });
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
