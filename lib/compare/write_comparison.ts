/** Writes a comparison into a folder, as a run is written. */

import type { ChartSpec } from "../charts/spec.ts";
import { pictureEndings, type Pictures } from "../draw/pictures.ts";
import { NegscopeError, visibleText } from "../errors.ts";
import { type Manifest, readWritten, type RunRecord } from "../files/manifest.ts";
import { sha256File } from "../files/sha256.ts";
import type { FileDigest, Sources } from "../reading/path.ts";
import { finishedAlready } from "../runs/draw_figures.ts";
import { type RunIdentity, versionsNow } from "../runs/identity.ts";
import { RunFolder } from "../runs/run_folder.ts";
import { fileNames, filesText, SUMMARY, writeResults } from "../runs/write_results.ts";
import type { OutcomeFiles } from "../study/experiment/outcome.ts";
import type { Stopwatch } from "../study/experiment/measure_rows.ts";
import type { AnyTable } from "../tables/table.ts";
import { type CsvRow, readCsvRows, tableUnreadable } from "../tables/csv.ts";

/** Where a comparison is written. */
export interface ComparisonFolder {
  /** The folder. */
  readonly out: string;
  /** Whether to discard the folder's files first. @default {false} */
  readonly overwrite?: boolean;
  /** Pictures of the charts. */
  readonly pictures: Pictures;
}

export interface Compared extends Omit<RunIdentity, "versions"> {
  readonly files: OutcomeFiles;
  readonly tables: readonly AnyTable[];
  /** Draws its charts, by the names of their files. */
  readonly charts: () => Readonly<Record<string, ChartSpec>>;
  /** The cells to compare. */
  readonly cells: number;
  /** Those that could be compared. */
  readonly measured: number;
  readonly findings: string;
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
  { command, options, sources, files: named, tables, charts, cells, measured, ...rest }: Compared,
): Promise<WrittenComparison> {
  const { stopwatch, seed = 0 } = rest;
  const findings = visibleText(rest.findings);
  const identity: RunIdentity = { command, options, versions: versionsNow(), sources };
  const files = fileNames(named, pictureEndings(pictures));
  using folder = await RunFolder.open(out, identity, { files, overwrite });
  if (folder === undefined) return { findings, said: await finishedAlready(out, pictures) };
  const missing = { reason: "not measured", n: cells - measured };
  const results = {
    tables,
    charts: Object.entries(charts()),
    texts: [[SUMMARY, findings]] as const,
  };
  const manifest = (files: readonly string[]) => ({
    ...identity,
    seed,
    rows: { read: cells, kept: measured, dropped: missing.n === 0 ? [] : [missing] },
    start: stopwatch.start,
    seconds: stopwatch.seconds,
    files,
    finished: false,
  });
  await folder.begin(manifest(files), { overwrite });
  await writeResults(folder, results, { manifest, pictures });
  return { findings, said: filesText(out, files) };
}

/** The files of all, each once. */
export function mergedSources(all: readonly Sources[]): Sources {
  return {
    model: distinctFiles(all.flatMap(({ model }) => model)),
    data: distinctFiles(all.flatMap(({ data }) => data)),
  };
}

function distinctFiles(files: readonly FileDigest[]): FileDigest[] {
  return [...new Map(files.map((entry) => [`${entry.file} ${entry.sha256}`, entry])).values()];
}

/** The files of a run, and with its checksum a table of it that was read. */
export async function sourcesWith({ model, data }: Sources, path: string): Promise<Sources> {
  const file = path.split("/").slice(-2).join("/");
  return { model, data: [...data, { file, sha256: await sha256File(path) }] };
}

/** The files of compared runs, and with their checksums the tables that were read, by the names that a record gives them. */
export async function comparedSources(
  runs: readonly Pick<RunRecord, "sources">[],
  tables: readonly { readonly file: string; readonly path: string }[],
): Promise<Sources> {
  const data: FileDigest[] = [];
  for (const { file, path } of tables) data.push({ file, sha256: await sha256File(path) });
  return mergedSources([...runs.map(({ sources }) => sources), { model: [], data }]);
}

/** Reads those of some tables that a run wrote; whatever else lies in its folder is left alone. */
export async function readTables(
  folder: string,
  { checksums = {} }: Manifest,
  names: Iterable<string>,
): Promise<Map<string, readonly CsvRow[]>> {
  const tables = new Map<string, readonly CsvRow[]>();
  for (const name of new Set(names)) {
    const file = `${name}.csv`;
    if (!Object.hasOwn(checksums, file)) continue;
    const path = `${folder}/${file}`;
    const text = await readWritten(folder, file, checksums).catch((error: unknown) => {
      throw error instanceof NegscopeError ? error : tableUnreadable(path, error);
    });
    tables.set(name, readCsvRows(text, path));
  }
  return tables;
}
