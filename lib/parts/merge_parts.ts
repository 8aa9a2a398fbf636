/** Merges shards of a folder of parts: each part first, then what follows from all. */

import { PROTOCOLS } from "../data/pairs.ts";
import { NegscopeError } from "../errors.ts";
import type { Manifest } from "../files/manifest.ts";
import { readFinished } from "../files/run_record.ts";
import { isWithin } from "../files/same_path.ts";
import { notAsWritten, readManifest } from "../files/sealed_manifest.ts";
import { sha256IfFile } from "../files/sha256.ts";
import { IMAGES } from "../opening/choice/checksums.ts";
import { identityDifference, type RunIdentity } from "../runs/folder/identity_difference.ts";
import { readShards, type Shard, wholeIdentity } from "../runs/folder/shards.ts";
import type { RunFolder } from "../runs/folder/run_folder.ts";
import { mergeRuns, type MergeSettings } from "../runs/merge_runs.ts";
import { versionsNow } from "../runs/run_identity.ts";
import { flagName, STUDY_OPTIONS, type StudyOption } from "../study/choice/study_options.ts";
import { saidOnce } from "../study/once.ts";
import { filesOf, foldersOf, type Part, type PartsList } from "./part.ts";
import { openPartsFolder, PARTS_FILE, type PartsRecord, readRecord } from "./parts_folder.ts";
import { partFiles } from "./read_part.ts";
import type { PartsResults } from "./write_parts.ts";

/** The command whose shard a folder holds, if it is one that runs several parts. */
export async function partsCommandOf(folder: string): Promise<string | undefined> {
  const read = await readManifest(`${folder}/manifest.json`);
  if (read?.state !== "intact") return undefined;
  const { command, options, files } = read.manifest;
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
  const record = await checkShardParts(list, shards); // before anything in the folder is removed
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
      ...{ out: `${out}/${name}`, within: out, pictures, images },
      ...{ say: once, finished: () => {} },
    });
  }
  return await write(folder, {
    out,
    identity,
    parts,
    pictures,
    seed,
    format,
    leftOut: record.left_out,
  });
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

/** Reads what each shard has recorded of its parts, and checks the parts. */
export async function checkShardParts(
  list: PartsList,
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
    for (const [name, files] of Object.entries(recorded.parts)) {
      await checkPart(list, shard, { name, files, record });
    }
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

/** The options that every part has from the command for all parts; each part has a protocol of its own, and one reads sizes. */
const SHARED = new Set(
  [...Object.keys(STUDY_OPTIONS).map((name) => flagName(name as StudyOption)), "seed"]
    .filter((name) => name !== "protocol" && name !== "subject-sizes"),
);

/** What a part and the results that it belongs to have in common: the model, the data without images, which differ by protocol, and options. */
function sharedIdentity(
  { options, versions, sources: { model, data } }: Manifest,
  whole: Manifest,
): RunIdentity {
  const names = new Set(
    whole.sources.data.map(({ file }) => file).filter((file) => file !== IMAGES),
  );
  return {
    command: whole.command,
    options: Object.fromEntries(Object.entries(options).filter(([name]) => SHARED.has(name))),
    versions,
    sources: { model, data: data.filter(({ file }) => names.has(file)) },
  };
}

/** Checks that a part is the one that the shard recorded: its identity, and the bytes of its files. */
async function checkPart(
  list: PartsList,
  { folder: shard, manifest: whole }: Shard,
  { name, files, record: { format } }: {
    readonly name: string;
    readonly files: Readonly<Record<string, string>>;
    readonly record: PartsRecord;
  },
): Promise<void> {
  const folder = `${shard}/${name}`;
  const part = await readFinished(folder);
  const foreign = (reason: string) =>
    new NegscopeError("shards-differ", {
      problem: `Cannot merge "${folder}"`,
      reason,
      fix: "copy the shard's folder again, or run the shard again",
    });
  const difference = identityDifference(sharedIdentity(part, whole), sharedIdentity(whole, whole));
  if (difference !== undefined) {
    const { key, there, here } = difference;
    throw foreign(`it is not a part of "${shard}", its ${key} is ${there}, that one's is ${here}`);
  }
  const { experiment, protocol } =
    partsIn(list, whole, format).find((part) => part.name === name) ?? {};
  if (part.command !== experiment?.name || part.options["protocol"] !== protocol) {
    throw foreign(
      `it is not the part "${name}", it holds ${part.command} with protocol ${
        part.options["protocol"]
      }`,
    );
  }
  const present = partFiles({ name, folder, manifest: part });
  for (const file of new Set([...Object.keys(files), ...Object.keys(present)])) {
    if (files[file] !== present[file]) {
      throw foreign(
        `it is not the part that "${shard}/${PARTS_FILE}" records, its checksum of ${file} is another`,
      );
    }
    if (await sha256IfFile(`${folder}/${file}`) !== files[file]) {
      throw notAsWritten(`${folder}/${file}`);
    }
  }
}
