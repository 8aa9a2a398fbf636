/** Merges shards of the paper's results: each part first, then what follows from all. */

import { NegscopeError } from "../errors.ts";
import { isWithin } from "../files/same_path.ts";
import { readManifest } from "../files/sealed_manifest.ts";
import { readShards, type Shard, wholeIdentity } from "../runs/folder/shards.ts";
import { mergeRuns, type MergeSettings } from "../runs/merge_runs.ts";
import { versionsNow } from "../runs/run_identity.ts";
import { FOLDERS, openPaperFolder, PAPER_FILES } from "./paper_folder.ts";
import { partsOf } from "./parts_for.ts";
import { checkShardParts, protocolOf } from "./shard_parts.ts";
import { saidOnce } from "../runs/said_once.ts";
import { writePaper, type WrittenPaper } from "./write_paper.ts";

/**
 * Whether a folder holds a shard of the paper's results.
 *
 * @param folder The folder.
 */
export async function holdsPaperShard(folder: string): Promise<boolean> {
  const read = await readManifest(`${folder}/manifest.json`);
  if (read?.state !== "intact") return false;
  const { command, options } = read.manifest;
  return command === "paper" && options["shard"] !== undefined;
}

/**
 * Merges the shards of `deno task paper --shard`.
 *
 * @param folders The shards' folders.
 * @param settings Where the merged run is written.
 * @returns The results of the whole.
 * @throws {NegscopeError} If the shards do not all belong to one run.
 */
export async function mergePaper(
  folders: readonly string[],
  { out, overwrite = false, pictures, images, say }: MergeSettings,
): Promise<WrittenPaper> {
  await refuseShardsIn(out, folders);
  const shards = await readShards(folders, versionsNow()) as [Shard, ...Shard[]];
  const [first] = shards;
  const record = await checkShardParts(shards); // before anything in the folder is removed
  const identity = wholeIdentity(first);
  const { format } = record;
  const parts = partsOf({ format, protocol: protocolOf(first.manifest) }).filter(({ name }) =>
    Object.hasOwn(record.parts, name)
  );
  const { seed } = first.manifest;
  const { folder } = await openPaperFolder(out, identity, { files: PAPER_FILES, seed, overwrite });
  using _folder = folder;
  const once = saidOnce(say);
  for (const { name, experiment } of parts) {
    const folders = shards.map((shard) => `${shard.folder}/${name}`);
    await mergeRuns(folders, [experiment], {
      ...{ out: `${out}/${name}`, within: out, pictures, images },
      ...{ say: once, finished: () => {} },
    });
  }
  return await writePaper(folder, {
    out,
    identity,
    parts,
    pictures,
    seed,
    format,
    further: [],
    leftOut: record.left_out,
  });
}

/** Refuses to write into a shard, or where a part would be written into one. */
async function refuseShardsIn(out: string, shards: readonly string[]): Promise<void> {
  for (const shard of shards) {
    const partFolders = FOLDERS.map((name) => `${out}/${name}`);
    const isPart = await Promise.all(partFolders.map((folder) => isWithin(shard, folder)));
    if (!await isWithin(out, shard) && !isPart.includes(true)) continue;
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use --out "${out}"`,
      subject: out,
      expected: `a folder apart from that of shard "${shard}"`,
    });
  }
}
