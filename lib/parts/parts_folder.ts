/** The folder of parts: whose it is, and which parts it has. */

import { refuseLink } from "../disk/folders.ts";
import { NegscopeError, readingFailure } from "../errors.ts";
import { readFinished } from "../files/run_record.ts";
import { readManifest, readWritten } from "../files/manifest_file.ts";
import type { Manifest } from "../files/manifest.ts";
import type { RunIdentity } from "../runs/identity.ts";
import { clearRuns, RunFolder } from "../runs/run_folder.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import { foldersOf, type PartLeftOut, type PartsList } from "./part.ts";
import { type FinishedPart, partFiles } from "./read_part.ts";

/** The file that says which parts there are, with the checksums of their files. */
export const PARTS_FILE = "parts.json";

/** What the parts of the results are, as in {@linkcode PARTS_FILE}. */
export interface PartsRecord {
  /** The format of the rows, such as `valse`. */
  readonly format: string;
  /** The parts in their order, and the checksums of their files by name. */
  readonly parts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly left_out: readonly PartLeftOut[];
}

export interface PartsFolder {
  /** The folder, locked; undefined if everything in it is finished. */
  readonly folder: RunFolder | undefined;
  /** Whether parts in it are of the same model and data: one that differs in what else it reads may be replaced. */
  readonly isResumed: boolean;
}

/** Opens the folder before anything runs, and with `overwrite` removes what earlier runs have written into it and its parts' folders. */
export async function openPartsFolder(
  list: PartsList,
  identity: RunIdentity,
  { out, files, seed, overwrite }: {
    readonly out: string;
    readonly files: readonly string[];
    readonly seed: number;
    readonly overwrite: boolean;
  },
): Promise<PartsFolder> {
  const names = foldersOf(list);
  const isResumed = !overwrite && await readManifest(`${out}/manifest.json`) !== undefined;
  for (const name of names) await refuseLink(`${out}/${name}`);
  using held = new DisposableStack();
  const folder = held.adopt(
    await RunFolder.open(out, identity, { files, overwrite }),
    (folder) => folder?.[Symbol.dispose](),
  );
  if (overwrite) await clearRuns(names.map((name) => `${out}/${name}`)); // of which no part goes on
  const { start, seconds } = new Stopwatch();
  await folder?.begin({
    ...identity,
    seed,
    files,
    start,
    seconds,
    ...{ rows: { read: 0, kept: 0, dropped: [] }, finished: false }, // until the parts are there
  }, { overwrite });
  held.move();
  return { folder, isResumed };
}

export async function isFinished(folder: string): Promise<boolean> {
  return (await readManifest(`${folder}/manifest.json`))?.finished === true;
}

/** What the parts of finished results are, as text. */
export function recordOf(
  parts: readonly FinishedPart[],
  { leftOut, format }: { readonly leftOut: readonly PartLeftOut[]; readonly format: string },
): string {
  return recordText({
    format,
    parts: Object.fromEntries(parts.map((part) => [part.name, partFiles(part)])),
    left_out: leftOut,
  });
}

export function recordText(record: PartsRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

export async function readRecord(folder: string, { checksums = {} }: Manifest): Promise<string> {
  try {
    return await readWritten(folder, PARTS_FILE, checksums);
  } catch (cause) {
    if (cause instanceof NegscopeError) throw cause;
    throw new NegscopeError("run-edited", {
      problem: `Cannot read "${folder}/${PARTS_FILE}"`,
      subject: folder,
      reason: readingFailure(cause),
      fix: "restore it, or repeat the run that wrote it",
      cause,
    });
  }
}

/** Reads which parts a finished folder has; refuses one that is no longer as it was when the folder was written. */
export async function readFinishedParts(
  folder: string,
  manifest: Manifest,
): Promise<FinishedPart[]> {
  const { parts }: PartsRecord = JSON.parse(await readRecord(folder, manifest));
  return await Promise.all(
    Object.entries(parts).map(([name, files]) => finishedPart(folder, name, files)),
  );
}

async function finishedPart(
  whole: string,
  name: string,
  files: PartsRecord["parts"][string],
): Promise<FinishedPart> {
  const folder = `${whole}/${name}`;
  const changed = (reason: string, cause?: unknown) =>
    new NegscopeError("run-edited", {
      problem: `Cannot use run "${whole}"`,
      reason: `its part ${name}: ${reason}`,
      fix: "repeat the run that wrote it",
      cause,
    });
  const manifest = await readFinished(folder).catch((error: unknown) => {
    if (!(error instanceof NegscopeError)) throw error;
    throw changed(error.reason ?? error.message, error);
  });
  const part = { name, folder, manifest };
  const textOf = (checksums: typeof files) => JSON.stringify(Object.entries(checksums).sort());
  if (textOf(partFiles(part)) === textOf(files)) return part;
  throw changed("it has changed since the folder was written");
}
