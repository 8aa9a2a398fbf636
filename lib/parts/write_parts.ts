/** Writes what follows from finished parts into the folder that holds them. */

import type { Pictures } from "../draw/pictures.ts";
import type { Manifest } from "../files/manifest.ts";
import { readFinished } from "../files/run_record.ts";
import { finishedAlready, writtenSummary } from "../runs/draw_figures.ts";
import type { RunIdentity } from "../runs/identity.ts";
import { RunFolder } from "../runs/run_folder.ts";
import {
  filesText,
  type ResultsWriting,
  type RunResults,
  SUMMARY,
  writeResults,
} from "../runs/write_results.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import type { Part, PartLeftOut } from "./part.ts";
import { PARTS_FILE, readRecord, recordOf } from "./parts_folder.ts";
import { readParts, type ShownPart } from "./read_part.ts";
import { SameInputs } from "./same_inputs.ts";

/** The finished parts, and how what follows from them is written. */
export interface PartsResults {
  /** The folder that holds the parts' folders. */
  readonly out: string;
  readonly identity: RunIdentity;
  /** The format of the rows, such as `valse`. */
  readonly format: string;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly leftOut: readonly PartLeftOut[];
  readonly pictures: Pictures;
}

/** What is written beside the parts. */
export interface Beside extends Pick<RunResults, "tables" | "files" | "charts" | "page"> {
  /** The parts that the record names, of which the first has the model. */
  readonly shown: readonly ShownPart[];
  readonly leftOut: readonly PartLeftOut[];
  /** The names of all files. */
  readonly names: readonly string[];
  readonly rows: Manifest["rows"];
  readonly summary: string;
}

/** What to print at the end. */
export interface WrittenParts {
  /** The findings, or that they are there already. */
  readonly text: string;
  /** Where the files are. */
  readonly files: string;
}

/** Writes what follows from the parts, unless it is there: it is if the folder was finished with the same parts. */
export async function writeBeside(
  opened: RunFolder | undefined,
  results: PartsResults,
  beside: Beside,
  stopwatch: Stopwatch = new Stopwatch(),
): Promise<WrittenParts> {
  const { out, pictures } = results;
  const { names, summary } = beside;
  const isWritten = await writeRecorded(
    opened,
    results,
    { ...beside, stopwatch },
    async (folder, { record, manifest }) => {
      const texts = [[PARTS_FILE, record], [SUMMARY, summary]] as const;
      await writeResults(folder, { ...beside, texts }, { manifest, pictures, stopwatch });
    },
  );
  return isWritten ? { text: summary, files: filesText(out, names) } : {
    text: await finishedAlready(out, pictures),
    files: await writtenSummary(out),
  };
}

/** Writes what a shard leaves beside its parts: which parts there are. */
export async function writeShard(
  opened: RunFolder | undefined,
  results: PartsResults,
): Promise<void> {
  const { out, parts, leftOut, pictures } = results;
  const shown = await readParts(out, parts, pictures);
  const rows = { read: 0, kept: 0, dropped: [] };
  const begun = { shown, leftOut, names: [PARTS_FILE], rows, stopwatch: new Stopwatch() };
  await writeRecorded(opened, results, begun, async (folder, { record, manifest }) => {
    await folder.writeFile(PARTS_FILE, record);
    await folder.finish(manifest(folder.files));
  });
}

/** Writes the record of the parts and other files, unless the folder was finished with the same record. Returns whether it wrote them. */
async function writeRecorded(
  opened: RunFolder | undefined,
  { out, identity, seed, format, parts }: PartsResults,
  { shown, leftOut, names, rows, stopwatch }:
    & Pick<Beside, "shown" | "leftOut" | "names" | "rows">
    & { readonly stopwatch: Stopwatch },
  write: (
    folder: RunFolder,
    record: Pick<ResultsWriting, "manifest"> & { readonly record: string },
  ) => Promise<void>,
): Promise<boolean> {
  const inputs = new SameInputs(identity);
  for (const { name, manifest } of shown) {
    if (parts.some((part) => part.name === name)) inputs.check(name, manifest);
  }
  const record = recordOf(shown, { leftOut, format });
  if (opened === undefined && await readRecord(out, await readFinished(out)) === record) {
    return false;
  }
  using made = opened === undefined ? await RunFolder.create(out) : undefined; // it was finished, and now has other parts
  const folder = opened ?? made!;
  const { model } = shown[0]!.manifest;
  const manifest = (files: readonly string[]): Manifest => ({
    ...{ ...identity, ...(model && { model }), seed, rows },
    start: stopwatch.start,
    seconds: stopwatch.seconds,
    ...{ files, finished: false },
  });
  await folder.begin(manifest(names), { overwrite: false });
  await write(folder, { record, manifest });
  return true;
}
