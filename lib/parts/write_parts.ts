/** Writes what follows from finished parts into the folder that holds them. */

import { PROTOCOLS } from "../data/pairs.ts";
import { NegscopeError } from "../errors.ts";
import { type Manifest, readFinished, readManifest } from "../files/manifest.ts";
import { isWithin } from "../files/read_file.ts";
import {
  mergeRuns,
  type MergeSettings,
  readShards,
  type Shard,
  wholeIdentity,
} from "../runs/merge_runs.ts";
import { RunFolder } from "../runs/run_folder.ts";
import type { RunIdentity } from "../runs/identity.ts";
import { versionsNow } from "../runs/run_identity.ts";
import { saidOnce } from "../study/study_source.ts";
import { filesOf, foldersOf, type Part, type PartLeftOut, type PartsList } from "./part.ts";
import {
  openPartsFolder,
  PARTS_FILE,
  type PartsRecord,
  readFinishedParts,
  readRecord,
  recordOf,
  SameInputs,
} from "./parts_folder.ts";
import type { Pictures } from "../draw/pictures.ts";
import { finishedAlready, writtenSummary } from "../runs/draw_figures.ts";
import {
  reportText,
  type ResultsWriting,
  type RunResults,
  writeResults,
} from "../runs/write_results.ts";
import type { Summary } from "../report/summary.ts";
import { Stopwatch } from "../study/experiment/measure_rows.ts";
import { readParts, type ShownPart } from "./shown_parts.ts";

/** The command whose shard a folder holds, if it is one that runs several parts. */
export async function partsCommandOf(folder: string): Promise<string | undefined> {
  const manifest = await readManifest(`${folder}/manifest.json`).catch(() => undefined);
  if (manifest === undefined) return undefined;
  const { command, options, files } = manifest;
  return files.includes(PARTS_FILE) && options["shard"] !== undefined ? command : undefined;
}

/** Merges the shards of a command that runs several parts. */
export async function mergeParts<Written>(
  list: PartsList,
  folders: readonly string[],
  { out, overwrite = false, pictures, images, say }: MergeSettings,
  write: (folder: RunFolder | undefined, results: PartsResults) => Promise<Written>,
): Promise<Written> {
  await refuseShardsIn(list, out, folders);
  const shards = await readShards(folders, versionsNow()) as [Shard, ...Shard[]];
  const [first] = shards;
  const record = await checkShardParts(shards); // before anything in the folder is removed
  const identity = wholeIdentity(first);
  const { format } = record;
  const parts = partsIn(list, first.manifest, format).filter(({ name }) =>
    Object.hasOwn(record.parts, name)
  );
  const { seed } = first.manifest;
  const files = filesOf(list, pictures);
  const { folder } = await openPartsFolder(list, identity, { out, files, seed, overwrite });
  using _folder = folder;
  const once = saidOnce(say);
  for (const { name, experiment } of parts) {
    const folders = shards.map((shard) => `${shard.folder}/${name}`);
    await mergeRuns(folders, [experiment], {
      ...{ out: `${out}/${name}`, pictures, images },
      ...{ say: once, finished: () => {} },
    });
  }
  const leftOut = record.left_out;
  return await write(folder, { out, identity, parts, pictures, seed, format, leftOut });
}

/** Refuses to write into a shard, or where a part would be written into one. */
async function refuseShardsIn(
  list: PartsList,
  out: string,
  shards: readonly string[],
): Promise<void> {
  for (const shard of shards) {
    const partFolders = foldersOf(list).map((name) => `${out}/${name}`);
    const isPart = await Promise.all(partFolders.map((folder) => isWithin(shard, folder)));
    if (!await isWithin(out, shard) && !isPart.includes(true)) continue;
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use --out "${out}"`,
      expected: `a folder apart from that of shard "${shard}"`,
    });
  }
}

/** Reads what each shard has recorded of its parts, and refuses parts that are not those. */
export async function checkShardParts(
  shards: readonly [Shard, ...Shard[]],
): Promise<PartsRecord> {
  const [first] = shards;
  let record: PartsRecord | undefined;
  for (const shard of shards) {
    const recorded: PartsRecord = JSON.parse(await readRecord(shard.folder, shard.manifest));
    record ??= recorded;
    const [here, there] = [summaryOf(recorded), summaryOf(record)];
    if (here !== there) {
      throw new NegscopeError("shards-differ", {
        problem: `Cannot merge "${shard.folder}" with "${first.folder}"`,
        reason: `they have different parts, its ${PARTS_FILE} has ${here}, that one's has ${there}`,
        fix: "run the shard again as the others",
      });
    }
    await readFinishedParts(shard.folder, shard.manifest);
  }
  return record!;
}

/** The parts of a record in words, without the checksums of their files. */
function summaryOf({ format, parts, left_out }: PartsRecord): string {
  const left = left_out.map(({ title }) => title);
  return [format, ...Object.keys(parts), ...left.map((title) => `no "${title}"`)].join(", ");
}

/** The parts of the rows of a run with this record. */
function partsIn(
  list: PartsList,
  { options }: Pick<Manifest, "options">,
  format: string,
): readonly Part[] {
  const protocol = PROTOCOLS.find((protocol) => protocol === options["protocol"]) ?? "rephrased";
  return list.partsOf({ format, protocol });
}

/** The finished parts, and how what follows from them is written. */
export interface PartsResults {
  readonly out: string; // folder that holds the parts' folders
  readonly identity: RunIdentity;
  readonly format: string;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly leftOut: readonly PartLeftOut[];
  readonly pictures: Pictures;
}

interface Beside extends Pick<RunResults, "tables" | "files" | "charts" | "page"> {
  /** The parts that the record names, of which the first has the model. */
  readonly shown: readonly ShownPart[];
  readonly leftOut: readonly PartLeftOut[];
  readonly names: readonly string[];
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
  opened: RunFolder | undefined,
  results: PartsResults,
  beside: Beside,
  stopwatch: Stopwatch = new Stopwatch(),
): Promise<WrittenParts> {
  const { out, pictures } = results;
  let text: string | undefined;
  await writeRecorded(
    opened,
    results,
    { ...beside, stopwatch },
    async (folder, { record, manifest }) => {
      const files = [...beside.files ?? [], [PARTS_FILE, record] as const];
      text = await writeResults(folder, { ...beside, files }, { manifest, pictures, stopwatch });
    },
  );
  return text !== undefined ? { text, files: reportText(out) } : {
    text: await finishedAlready(out, pictures),
    files: await writtenSummary(out),
  };
}

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

/** Writes the record of the parts and other files, unless the folder was finished with the same record. */
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
): Promise<void> {
  const inputs = new SameInputs(identity);
  for (const { name, manifest } of shown) {
    if (parts.some((part) => part.name === name)) inputs.check(name, manifest);
  }
  const record = recordOf(shown, { leftOut, format });
  if (opened === undefined && await readRecord(out, await readFinished(out)) === record) {
    return;
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
}
