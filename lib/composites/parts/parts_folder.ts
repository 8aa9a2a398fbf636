/** The folder that holds the parts' folders: opened before they run, and what follows from them written when they are finished. */

import { NegscopeError, unreadableFile } from "../../errors/errors.ts";
import { checksumsOf, IMAGES } from "../../opening/load_study.ts";
import type { RunIdentity } from "../../runs/identity.ts";
import { versionsNow } from "../../runs/run_identity.ts";
import { refuseLink } from "../../files/write_whole.ts";
import { type Manifest, readFinished, readManifest, readWritten } from "../../files/manifest.ts";
import { openRun } from "../../runs/open_run.ts";
import { clearRuns, RunFolder } from "../../runs/run_folder.ts";
import {
  fileNames,
  manifestOf,
  reportText,
  type RunResults,
  writeResults,
} from "../../runs/write_results.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import {
  type FinishedPart,
  foldersOf,
  type Part,
  partFiles,
  type PartLeftOut,
  type PartRuns,
  type PartsList,
  type PartsSettings,
  type ShownPart,
} from "./part.ts";
import { SCREEN } from "../../charts/spec.ts";
import { pictureEndings } from "../../draw/pictures.ts";
import { KnownDigests } from "../../files/read_file.ts";
import { saidOnce } from "../../study/study_source.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import { printChoice, type StudyChoice } from "../../study/choice/study_options.ts";
import { finishedAlready, writtenSummary } from "../../runs/draw_figures.ts";
import type { Summary } from "../../report/summary.ts";

type Inputs = Pick<RunIdentity, "options" | "sources">;

/**
 * Takes the digests of a folder's inputs, once. The function that is returned refuses a part of which an input is not the folder's, nor that
 * of an earlier part.
 */
export function sameInputs(whole: Inputs): (name: string, part: Inputs) => void {
  const known = digestsOf(whole);
  return (name, part) => {
    for (const [input, sha256] of digestsOf(part)) {
      if (known.getOrInsert(input, sha256) === sha256) continue;
      throw new NegscopeError("file-changed", {
        problem: `Cannot use part "${name}" with the others`,
        subject: name,
        reason: `its ${input} is not the one that the others have`,
        fix: "restore it and run the same command again, or begin anew (--overwrite)",
      });
    }
  };
}

function digestsOf(
  { options: { protocol }, sources: { model, data } }: Inputs,
): Map<string, string> {
  return new Map([
    ["number of model files", `${model.length}`],
    ...model.map(({ file, sha256 }, i) =>
      [file === "edit" ? file : `model file ${i + 1} "${file}"`, sha256] as const
    ),
    ...data.map(({ file, sha256 }) =>
      [file === IMAGES ? `set of images (${protocol})` : `data file "${file}"`, sha256] as const
    ),
  ]);
}

/** The file that says which parts there are, with the checksums of their files. */
export const PARTS_FILE = "parts.json";

/** What the parts of the results are, as in {@linkcode PARTS_FILE}. */
interface PartsRecord {
  /** The parts in their order, and the checksums of their files by name. */
  readonly parts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly left_out: readonly PartLeftOut[];
}

/**
 * Opens the folder before anything runs, and with `overwrite` removes what earlier runs have written into it and its parts' folders. It is
 * undefined if everything in it is finished. `isResumed`: whether parts in it are of the same model and data.
 */
export async function openPartsFolder(
  list: PartsList,
  identity: RunIdentity,
  { out, files, seed, overwrite }: {
    readonly out: string;
    readonly files: readonly string[];
    readonly seed: number;
    readonly overwrite: boolean;
  },
) {
  const names = foldersOf(list);
  const isResumed = !overwrite && await readManifest(`${out}/manifest.json`) !== undefined;
  for (const name of names) await refuseLink(`${out}/${name}`);
  using held = new DisposableStack();
  const folder = held.use(await RunFolder.open(out, identity, { files, overwrite }));
  if (overwrite) await clearRuns(names.map((name) => `${out}/${name}`)); // of which no part goes on
  const rows = { read: 0, kept: 0, dropped: [] }; // until the parts are there
  const run = { identity, seed, rows, stopwatch: new Stopwatch() };
  await folder?.begin(manifestOf(run, files), { overwrite });
  held.move();
  return { folder, isResumed };
}

export async function isFinished(folder: string): Promise<boolean> {
  return (await readManifest(`${folder}/manifest.json`))?.finished === true;
}

function recordOf(parts: readonly FinishedPart[], leftOut: readonly PartLeftOut[]): string {
  const record: PartsRecord = {
    parts: Object.fromEntries(parts.map((part) => [part.name, partFiles(part)])),
    left_out: leftOut,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

async function readRecord(folder: string, { checksums = {} }: Manifest): Promise<string> {
  try {
    return await readWritten(folder, PARTS_FILE, checksums);
  } catch (cause) {
    if (cause instanceof NegscopeError) throw cause;
    const fix = "restore it, or repeat the run that wrote it";
    const path = `${folder}/${PARTS_FILE}`;
    throw unreadableFile({ doing: "read", path, cause, fix, code: "run-edited" });
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
  const run = await openRun(folder).catch((error: unknown) => {
    if (!(error instanceof NegscopeError)) throw error;
    throw changed(error.reason ?? error.message, error);
  });
  const part = { name, ...run };
  const textOf = (checksums: typeof files) => JSON.stringify(Object.entries(checksums).sort());
  if (textOf(partFiles(part)) === textOf(files)) return part;
  throw changed("it has changed since the folder was written");
}

/** The parts of a folder, and how they run and what follows from them is written. */
export interface OpenedParts {
  readonly parts: readonly Part[];
  readonly leftOut: readonly PartLeftOut[];
  /** The folder, locked; undefined if everything in it is finished. */
  readonly folder: RunFolder | undefined;
  readonly files: readonly string[]; // that are written beside the parts' folders
  readonly how: PartRuns;
  readonly identity: RunIdentity;
}

export async function openParts(
  list: PartsList,
  inputs: StudyInputs,
  settings: PartsSettings & {
    readonly seed: number;
    readonly options?: Readonly<Record<string, string>>;
  },
): Promise<OpenedParts & Disposable> {
  const { out, seed, options, overwrite = false, called = (option) => option } = settings;
  const { pictures = { formats: ["svg"], preset: SCREEN } } = settings;
  const { choice, data: { format }, protocol, embeddings } = inputs;
  const { command, tables, charts } = list;
  if (choice.shard !== undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot run ${command} in a shard`,
      expected: "the whole of it; a study file with shards runs experiments on many machines",
    });
  }
  const all = list.partsOf(format, protocol);
  const isLeftOut = ({ runs }: Part) => embeddings !== undefined && runs === "image";
  const leftOut = all.filter(isLeftOut).map(({ title }) => ({
    title,
    reason: "image embeddings made elsewhere stand in for the image tower",
    fix: `give ${called("images")} without ${called("imageEmbeddings")}`,
  }));
  const digests = new KnownDigests(undefined, { mayChange: false }); // all parts are of the same files
  const { sources: { model, data }, stamps } = await checksumsOf(inputs, digests);
  const identity: RunIdentity = {
    command,
    options: { ...printChoice(choice), ...options, seed: `${seed}` },
    versions: versionsNow(),
    sources: { model, data: data.filter((file) => file !== inputs.subjectSizes) }, // sizes are read by one part alone
  };
  const given = new Set([...inputs.embeddings?.files.values() ?? []].map(({ path }) => path));
  const ofModel = [...stamps.keys()].filter((path) => !given.has(path));
  const sideBySide = await partsAtOnce(choice, ofModel);
  const named = fileNames({ tables, charts }, pictureEndings(pictures));
  const files = [...named, ...list.files, PARTS_FILE];
  const opening = { out, files, seed, overwrite };
  const { folder, isResumed } = await openPartsFolder(list, identity, opening);
  const warn = saidOnce(settings.warn); // the parts are of the same files
  return {
    ...{ parts: all.filter((part) => !isLeftOut(part)), leftOut, folder, files, identity },
    how: { ...settings, warn, pictures, digests, inputs: identity, isResumed, sideBySide },
    [Symbol.dispose]: () => folder?.[Symbol.dispose](),
  };
}

/** The most bytes of a model of which parts run side by side: a larger one keeps all cores busy, and memory may have room for one alone. */
const SMALL_BYTES = 2 ** 26;
const MOST_PARTS = 4; // most parts at once, each of which has the model and its numbers in memory

/** How many parts of the text tower run side by side: one for each thread, or one alone. */
export async function partsAtOnce(
  { device = "cpu", threads = navigator.hardwareConcurrency }: StudyChoice,
  files: Iterable<string>,
): Promise<number> {
  if (device !== "cpu") return 1;
  let bytes = 0;
  for (const path of files) bytes += (await Deno.stat(path)).size;
  return bytes > SMALL_BYTES ? 1 : Math.min(threads, MOST_PARTS);
}

interface Beside extends Pick<RunResults, "tables" | "files" | "charts" | "page"> {
  /** The parts that the record names, of which the first has the model. */
  readonly shown: readonly ShownPart[];
  readonly leftOut: readonly PartLeftOut[];
  readonly rows: Manifest["rows"];
  readonly summary: Summary;
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
  opened: OpenedParts,
  { shown, leftOut, rows, ...beside }: Beside,
  stopwatch: Stopwatch = new Stopwatch(),
): Promise<WrittenParts> {
  const { how: { out, pictures, seed }, identity, parts } = opened;
  const check = sameInputs(identity);
  for (const { name, manifest } of shown) {
    if (parts.some((part) => part.name === name)) check(name, manifest);
  }
  const record = recordOf(shown, leftOut);
  if (opened.folder === undefined && await readRecord(out, await readFinished(out)) === record) {
    return { text: await finishedAlready(out, pictures), files: await writtenSummary(out) };
  }
  using made = opened.folder === undefined ? await RunFolder.create(out) : undefined; // it was finished, and now has other parts
  const folder = opened.folder ?? made!;
  const { model } = shown[0]!.manifest;
  const manifest = (files: readonly string[]) =>
    manifestOf({ identity, ...model && { model }, seed, rows, stopwatch }, files);
  await folder.begin(manifest(opened.files), { overwrite: false });
  const files = [...beside.files ?? [], [PARTS_FILE, record] as const];
  const text = await writeResults(folder, { ...beside, files }, { manifest, pictures, stopwatch });
  return { text, files: reportText(out) };
}
