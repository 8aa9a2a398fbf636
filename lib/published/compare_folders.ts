/** Compares finished runs with the published tables, and writes the comparison into a folder. */

import { pictureEndings, type Pictures } from "../draw/pictures.ts";
import { NegscopeError, visibleText } from "../errors.ts";
import { isSamePath } from "../files/same_path.ts";
import { sha256File } from "../files/sha256.ts";
import type { FileDigest, Sources } from "../reading/sources.ts";
import { finishedAlready } from "../runs/finished.ts";
import type { RunIdentity } from "../runs/folder/identity_difference.ts";
import { fileNames, filesText } from "../runs/run_files.ts";
import { versionsNow } from "../runs/run_identity.ts";
import { RunFolder } from "../runs/folder/run_folder.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import { compareRuns, type Comparison } from "./compare.ts";
import { COMPARED_TABLES } from "./comparison/cells.ts";
import { comparisonCharts, comparisonText } from "./comparison/outcome.ts";
import { publishedFolder, readPublished } from "./published.ts";
import { readRunTables, type RunTables } from "./run_tables.ts";
import { writeComparison } from "./write_comparison.ts";

/** The files that a comparison writes. */
export const COMPARISON_FILES = {
  tables: ["comparison", "comparison_summary"],
  charts: ["comparison", "comparison_maps", "comparison_heads"],
} as const;

/** Where and how a comparison is written. */
export interface CompareSettings {
  /** The folder. */
  readonly out: string;
  /** A folder above it, below which nothing on the way to it may be a link. @default {the folder itself} */
  readonly within?: string;
  /** Whether to discard the folder's files first. @default {false} */
  readonly overwrite?: boolean;
  /** Pictures of the charts. */
  readonly pictures: Pictures;
  /** The name of a run's folder in the findings. @default {its path} */
  readonly shownAs?: (folder: string) => string;
}

/**
 * Compares finished runs with the published tables and writes the results.
 *
 * @param folders The runs' folders, each with different tables.
 * @param settings Where the comparison is written.
 * @returns The findings, and what was done with the folder.
 * @throws {NegscopeError} If a folder holds no finished run, or none that can be compared.
 */
export async function compareFolders(
  folders: readonly string[],
  { out, within, overwrite = false, pictures, shownAs = (folder) => folder }: CompareSettings,
): Promise<{ readonly findings: string; readonly said: string }> {
  const stopwatch = new Stopwatch();
  await checkOut(out, folders);
  const published = await readPublished();
  const runs: RunTables[] = [];
  for (const folder of folders) runs.push(await readRunTables(folder));
  const compared = compareRuns(published, runs);
  const findings = visibleText(
    "negscope compare: beside the figures of Quantmeyer et al. 2024\n\n" +
      comparisonText(...named(compared, runs, shownAs)),
  );
  const identity: RunIdentity = {
    command: "compare",
    options: { runs: folders.map(shownAs) },
    versions: versionsNow(),
    sources: await sourcesOfRuns(runs),
  };
  const files = fileNames(COMPARISON_FILES, pictureEndings(pictures));
  using folder = await RunFolder.open(out, identity, { files, overwrite, within });
  if (folder === undefined) return { findings, said: await finishedAlready(out, pictures) };
  const { comparison, summary } = compared;
  await writeComparison(folder, {
    tables: [comparison, summary],
    charts: comparisonCharts(compared, identity.sources),
    cells: comparison.rows.length,
    measured: comparison.rows.filter((row) => row.measured !== undefined).length,
  }, { identity, files, overwrite, pictures, findings, stopwatch });
  return { findings, said: filesText(out, files) };
}

/** A comparison and its runs with other names of the folders. */
function named(
  compared: Comparison,
  runs: readonly RunTables[],
  nameOf: (folder: string) => string,
): [Comparison, RunTables[]] {
  return [
    {
      ...compared,
      matches: compared.matches.map((own) => ({ ...own, folder: nameOf(own.folder) })),
      baselines: compared.baselines.map(nameOf),
    },
    runs.map((run) => ({ ...run, record: { ...run.record, folder: nameOf(run.record.folder) } })),
  ];
}

/** The source files of the runs, and the compared files. */
async function sourcesOfRuns(runs: readonly RunTables[]): Promise<Sources> {
  const tables = new Set(COMPARED_TABLES.map(({ published }) => published));
  const paths = [
    ...[...tables].map((file) => ({
      file: `published/${file}`,
      path: `${publishedFolder()}/${file}`,
    })),
    ...runs.flatMap(({ record, files }) =>
      files.map((file) => ({ file, path: `${record.folder}/${file}` }))
    ),
  ];
  const compared = [];
  for (const { file, path } of paths) compared.push({ file, sha256: await sha256File(path) });
  const model = runs.flatMap(({ record }) => record.sources.model);
  const data = runs.flatMap(({ record }) => record.sources.data);
  return { model: distinctFiles(model), data: distinctFiles([...data, ...compared]) };
}

/**
 * Refuses to write a comparison into the folder of a run.
 *
 * @param out The comparison's folder.
 * @param folders The runs' folders.
 * @throws {NegscopeError} If it is one of them.
 */
export async function checkOut(out: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    if (!await isSamePath(folder, out)) continue;
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use --out "${out}"`,
      subject: out,
      expected: "another folder than that of a run",
    });
  }
}

/** Files without repetitions. */
export function distinctFiles(files: readonly FileDigest[]): FileDigest[] {
  return [...new Map(files.map((entry) => [`${entry.file} ${entry.sha256}`, entry])).values()];
}
