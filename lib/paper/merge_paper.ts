/** Merges shards of the paper's results: each part first, then what follows from all. */

import { isFile } from "../files/is_file.ts";
import { mergeRuns, type MergeSettings } from "../runs/merge_runs.ts";
import { type PaperPart, PARTS } from "./parts.ts";
import { writePaper, type WrittenPaper } from "./write_paper.ts";

/**
 * Whether a folder holds parts of the paper's results, but not yet what follows from them, as a shard's does.
 *
 * @param folder The folder.
 */
export async function holdsPaperShard(folder: string): Promise<boolean> {
  return !await isFile(`${folder}/manifest.json`) &&
    await isFile(`${folder}/${PARTS[0]!.name}/manifest.json`);
}

/**
 * Merges the shards of `deno task paper --shard`.
 *
 * @param folders The shards' folders.
 * @param settings Where the merged run is written.
 * @returns What to print at the end.
 * @throws {NegscopeError} If a folder lacks a part that another has, or the shards do not all belong to one run.
 */
export async function mergePaper(
  folders: readonly string[],
  { out, overwrite = false, pictures, images }: Omit<MergeSettings, "say">,
): Promise<WrittenPaper> {
  const parts: PaperPart[] = [];
  for (const part of PARTS) {
    const manifests = folders.map((folder) => `${folder}/${part.name}/manifest.json`);
    if ((await Promise.all(manifests.map(isFile))).includes(true)) parts.push(part);
  }
  for (const { name, experiment } of parts) {
    const shards = folders.map((folder) => `${folder}/${name}`);
    await mergeRuns(shards, [experiment], { out: `${out}/${name}`, overwrite, pictures, images });
  }
  const leftOut = PARTS.filter((part) => !parts.includes(part)).map(({ title }) => ({
    title,
    reason: "the shards do not have it",
    fix: "run the shards again with the files that it needs",
  }));
  leftOut.push({
    title: "Heads on other sentences",
    reason: "shards do not compare them",
    fix: "deno task generalise does",
  });
  return await writePaper(parts, { out, overwrite, pictures, leftOut });
}
