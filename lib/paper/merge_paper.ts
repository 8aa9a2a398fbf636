/** Merges shards of the paper's results: each part first, then what follows from all. */

import { PROTOCOLS } from "../data/pairs.ts";
import { readManifest } from "../files/sealed_manifest.ts";
import { readShards, type Shard, wholeIdentity } from "../runs/folder/shards.ts";
import { mergeRuns, type MergeSettings } from "../runs/merge_runs.ts";
import { versionsNow } from "../runs/run_identity.ts";
import { openPaperFolder, PAPER_FILES, type PartsRecord, readRecord } from "./paper_folder.ts";
import { partsOf } from "./parts_for.ts";
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
  const shards = await readShards(folders, versionsNow());
  const [first] = shards as [Shard];
  const record: PartsRecord = JSON.parse(await readRecord(first.folder, first.manifest)); // the shards of one run have the same parts
  const identity = wholeIdentity(first);
  const { format } = record;
  const protocol = PROTOCOLS.find((own) => own === identity.options["protocol"]) ?? "rephrased";
  const parts = partsOf({ format, protocol }).filter(({ name }) =>
    Object.hasOwn(record.parts, name)
  );
  const { seed } = first.manifest;
  const { folder } = await openPaperFolder(out, identity, { files: PAPER_FILES, seed, overwrite });
  using _folder = folder;
  const once = saidOnce(say);
  for (const { name, experiment } of parts) {
    const own = shards.map((shard) => `${shard.folder}/${name}`);
    await mergeRuns(own, [experiment], {
      ...{ out: `${out}/${name}`, pictures, images },
      ...{ say: once, finished: () => {} },
    });
  }
  return await writePaper(folder, {
    ...{ out, identity, parts, pictures, seed, format, further: [], leftOut: record.left_out },
  });
}
