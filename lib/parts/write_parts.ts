/** Writes what follows from finished parts into the folder that holds them. */

import type { Pictures } from "../draw/pictures.ts";
import type { Manifest } from "../files/manifest.ts";
import { readFinished } from "../files/run_record.ts";
import type { RunIdentity } from "../runs/folder/identity_difference.ts";
import { RunFolder } from "../runs/folder/run_folder.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import type { Part, PartLeftOut } from "./part.ts";
import { PARTS_FILE, readRecord, recordOf } from "./parts_folder.ts";
import { readParts, type ShownPart } from "./read_part.ts";

/** The finished parts, and how what follows from them is written. */
export interface PartsResults {
  /** The folder that holds the parts' folders. */
  readonly out: string;
  /** The model and the data. */
  readonly identity: RunIdentity;
  /** The format of the rows, such as `valse`. */
  readonly format: string;
  /** The seed of the draws. */
  readonly seed: number;
  readonly parts: readonly Part[];
  /** The parts that did not run. */
  readonly leftOut: readonly PartLeftOut[];
  readonly pictures: Pictures;
}

export interface Beside {
  /** The parts that the record names, of which the first has the model. */
  readonly shown: readonly ShownPart[];
  /** The parts that did not run. */
  readonly leftOut: readonly PartLeftOut[];
  readonly files: readonly string[];
  readonly rows: Manifest["rows"];
  /** Writes them; the record of the parts is given as text. */
  readonly write: (
    folder: RunFolder,
    given: { readonly record: string; readonly stopwatch: Stopwatch },
  ) => Promise<void>;
}

/** Writes what follows from the parts, unless it is there: it is if the folder was finished with the same parts. */
export async function writeBeside(
  opened: RunFolder | undefined,
  { out, identity, seed, format }: PartsResults,
  { shown, leftOut, files, rows, write }: Beside,
  stopwatch: Stopwatch = new Stopwatch(),
): Promise<"written" | "there already"> {
  const record = recordOf(shown, { leftOut, format });
  if (opened === undefined && await isRecorded(out, record)) return "there already";
  using made = opened === undefined ? await RunFolder.create(out) : undefined; // it was finished, and now has other parts
  const folder = opened ?? made!;
  const { model } = shown[0]!.manifest;
  const begun = () => ({
    ...{ ...identity, ...(model && { model }), seed, rows },
    start: stopwatch.start,
    seconds: stopwatch.seconds,
  });
  await folder.begin({ ...begun(), files, finished: false }, { overwrite: false });
  await write(folder, { record, stopwatch });
  await folder.finish({ ...begun(), files: folder.files, finished: true });
  return "written";
}

/** Writes what a shard leaves beside its parts: which parts there are. */
export async function writeShard(
  opened: RunFolder | undefined,
  results: PartsResults,
): Promise<void> {
  const { out, parts, leftOut, pictures } = results;
  await writeBeside(opened, results, {
    shown: await readParts(out, parts, pictures),
    leftOut,
    files: [PARTS_FILE],
    rows: { read: 0, kept: 0, dropped: [] },
    write: (folder, { record }) => folder.writeFile(PARTS_FILE, record),
  });
}

/** Whether a finished folder has been made from parts with this record. */
async function isRecorded(out: string, record: string): Promise<boolean> {
  return await readRecord(out, await readFinished(out)) === record;
}
