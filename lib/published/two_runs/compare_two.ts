/** Compares two finished runs with each other, and writes the comparison into a folder. */

import { pictureEndings } from "../../draw/pictures.ts";
import { NegscopeError, visibleText } from "../../errors.ts";
import { readWritten } from "../../files/sealed_manifest.ts";
import { readFinished, recordOf, type RunRecord } from "../../files/run_record.ts";
import { sha256File } from "../../files/sha256.ts";
import { CLIP } from "../../model/families.ts";
import { finishedAlready } from "../../runs/finished.ts";
import { PLACES, type RunIdentity } from "../../runs/folder/identity_difference.ts";
import { RunFolder } from "../../runs/folder/run_folder.ts";
import { fileNames, filesText } from "../../runs/run_files.ts";
import { versionsNow } from "../../runs/run_identity.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import { isOfEmbeddings } from "../../opening/embeddings/stored_embeddings.ts";
import { readCsvRows } from "../../tables/csv_row.ts";
import { tableUnreadable } from "../../tables/table_unreadable.ts";
import { checkOut, type CompareSettings, distinctFiles } from "../compare_folders.ts";
import { writeComparison } from "../write_comparison.ts";
import { type PlacedValue, placedValues, SHARED_TABLES } from "./cells.ts";
import { sideBySideChart } from "./chart.ts";
import { type NamedRun, sideBySideFindings } from "./findings.ts";
import { modelFilesText } from "./model_files.ts";
import { sideBySide, summarizeSideBySide } from "./tables.ts";

/** The files that the comparison of two runs writes. */
export const TWO_RUNS_FILES = {
  tables: ["runs_side_by_side", "runs_side_by_side_summary"],
  charts: ["runs_side_by_side"],
} as const;

/** A run with the tables that can be compared. */
interface ReadRun {
  readonly named: NamedRun;
  readonly record: RunRecord;
  /** Its values by table. */
  readonly tables: ReadonlyMap<string, readonly PlacedValue[]>;
}

/**
 * Compares two finished runs, table by table and cell by cell, and writes the results.
 *
 * @param folders The first and the second run's folder.
 * @param settings Where the comparison is written.
 * @returns The findings, and what was done with the folder.
 * @throws {NegscopeError} If a folder holds no finished run, or the runs share no table that can be compared.
 */
export async function compareTwoFolders(
  folders: readonly [first: string, second: string],
  { out, overwrite = false, pictures }: CompareSettings,
): Promise<{ readonly findings: string; readonly said: string }> {
  const stopwatch = new Stopwatch();
  await checkOut(out, folders);
  const [first, second] = [await readRun(folders[0]), await readRun(folders[1])];
  const shared = [...first.tables.keys()].filter((name) => second.tables.has(name));
  if (shared.length === 0) throw nothingShared(first, second);
  const valuesOf = ({ tables }: ReadRun) => shared.flatMap((name) => tables.get(name)!);
  const cells = sideBySide(valuesOf(first), valuesOf(second));
  const summary = summarizeSideBySide(cells.rows);
  const told = sideBySideFindings(
    [first.named, second.named],
    summary.rows,
    {
      options: runDifferences(first.record, second.record),
      models: modelFilesText(first.record, second.record),
    },
  );
  const findings = visibleText(`negscope compare: two runs side by side\n\n${told}`);
  const identity: RunIdentity = {
    command: "compare",
    options: { runs: [folders[0]], with: folders[1] },
    versions: versionsNow(),
    sources: await sourcesOf([first, second], shared),
  };
  const files = fileNames(TWO_RUNS_FILES, pictureEndings(pictures));
  using folder = await RunFolder.open(out, identity, { files, overwrite });
  if (folder === undefined) return { findings, said: await finishedAlready(out, pictures) };
  const { sources } = identity;
  await writeComparison(folder, {
    tables: [cells, summary],
    charts: { runs_side_by_side: sideBySideChart(cells.rows, { sources, summary: summary.rows }) },
    cells: cells.rows.length,
    measured: cells.rows.filter(({ difference }) => difference !== undefined).length,
  }, { identity, files, overwrite, pictures, findings, stopwatch });
  return { findings, said: filesText(out, files) };
}

async function readRun(folder: string): Promise<ReadRun> {
  const manifest = await readFinished(folder);
  const { checksums = {}, command, model, rows } = manifest;
  const tables = new Map<string, PlacedValue[]>();
  for (const table of SHARED_TABLES) {
    const file = `${table.name}.csv`;
    if (!Object.hasOwn(checksums, file)) continue; // whatever lies there, the run did not write it
    const text = await readWritten(folder, file, checksums).catch((error: unknown) => {
      throw error instanceof NegscopeError ? error : tableUnreadable(`${folder}/${file}`, error);
    });
    tables.set(table.name, placedValues(readCsvRows(text, `${folder}/${file}`), table));
  }
  const named = {
    ...{ folder, task: command, model: model?.name ?? "unknown", rows: rows.kept },
    ...(model && { taken: model.taken ?? [], score: model.score ?? CLIP.similarity.formula }),
  };
  return { named, record: recordOf(folder, manifest), tables };
}

/** Options that decide which rows, and so which images, a run uses. */
const OF_ROWS: readonly string[] = ["protocol", "limit", "seed", "shard", "skip-bad"];

/**
 * In what two runs differ besides the model's own files: options with both values, data files, and image embeddings made elsewhere.
 *
 * @param first The first run.
 * @param second The second run.
 */
export function runDifferences(
  first: Pick<RunRecord, "options" | "sources">,
  second: Pick<RunRecord, "options" | "sources">,
): string[] {
  const [a, b] = [directed(first.options), directed(second.options)];
  const options = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) =>
    !PLACES.includes(name) && a[name] !== b[name]
  );
  const files = differingData(first, second).filter((file) =>
    file !== "images" || !options.some((name) => OF_ROWS.includes(name))
  );
  return [
    ...options.map((name) => `--${name} (${a[name] ?? "none"}, ${b[name] ?? "none"})`),
    ...files.map((file) => `the data (${file})`),
    ...(embeddingsOf(first) === embeddingsOf(second) ? [] : ["the image embeddings"]),
  ];
}

/** A run's options; a trace of a version without directions has the only one that it had. */
function directed(options: RunRecord["options"] = {}): NonNullable<RunRecord["options"]> {
  return "site" in options ? { direction: "denoise", ...options } : options;
}

/** The checksums of image embeddings that stand in for the image tower, and of their names; empty if none do. */
function embeddingsOf({ sources: { model } }: Pick<RunRecord, "sources">): string {
  const own = model.filter(({ file }) => isOfEmbeddings(file));
  return own.map(({ sha256 }) => sha256).join();
}

/** The names of data files that are not the same in both runs. */
function differingData(
  first: Pick<RunRecord, "sources">,
  second: Pick<RunRecord, "sources">,
): string[] {
  const digests = ({ sources: { data } }: Pick<RunRecord, "sources">) =>
    new Map(data.map(({ file, sha256 }) => [file, sha256]));
  const [a, b] = [digests(first), digests(second)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((file) => a.get(file) !== b.get(file));
}

function nothingShared(first: ReadRun, second: ReadRun): NegscopeError {
  const [a, b] = [first, second].map(({ named: { folder, task } }) => `"${folder}" (${task})`);
  return new NegscopeError("not-comparable", {
    problem: `Cannot compare runs ${a} and ${b}`,
    subject: second.named.folder,
    reason: "they have no table in common that can be compared",
    expected: "two runs of one task",
  });
}

async function sourcesOf(runs: readonly ReadRun[], shared: readonly string[]) {
  const compared = [];
  for (const { named: { folder } } of runs) {
    for (const name of shared) {
      const file = `${name}.csv`;
      compared.push({ file, sha256: await sha256File(`${folder}/${file}`) });
    }
  }
  const data = runs.flatMap(({ record }) => record.sources.data);
  return {
    model: distinctFiles(runs.flatMap(({ record }) => record.sources.model)),
    data: distinctFiles([...data, ...compared]),
  };
}
