/** Merges shards of a folder of parts: each part first, then what follows from all. */

import { PROTOCOLS } from "../data/pairs.ts";
import { NegscopeError } from "../errors.ts";
import type { Manifest } from "../files/manifest.ts";
import { isWithin } from "../files/same_path.ts";
import { readManifest } from "../files/manifest_file.ts";
import {
  mergeRuns,
  type MergeSettings,
  readShards,
  type Shard,
  wholeIdentity,
} from "../runs/merge_runs.ts";
import type { RunFolder } from "../runs/run_folder.ts";
import { versionsNow } from "../runs/identity.ts";
import { saidOnce } from "../study/once.ts";
import { filesOf, foldersOf, type Part, type PartsList } from "./part.ts";
import {
  openPartsFolder,
  PARTS_FILE,
  type PartsRecord,
  readFinishedParts,
  readRecord,
} from "./parts_folder.ts";
import type { PartsResults } from "./write_parts.ts";

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
