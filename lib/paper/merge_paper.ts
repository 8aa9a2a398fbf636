/** Merges shards of the paper's results. */

import { mergeParts } from "../parts/merge_parts.ts";
import type { MergeSettings } from "../runs/merge_runs.ts";
import { PAPER_PARTS } from "./parts.ts";
import { writePaper, type WrittenPaper } from "./write_paper.ts";

/**
 * Merges the shards of `deno task paper --shard`.
 *
 * @param folders The shards' folders.
 * @param settings Where the merged run is written.
 * @returns The results of the whole.
 * @throws {NegscopeError} If the shards do not all belong to one run.
 */
export function mergePaper(
  folders: readonly string[],
  settings: MergeSettings,
): Promise<WrittenPaper> {
  return mergeParts(
    PAPER_PARTS,
    folders,
    settings,
    (folder, results) => writePaper(folder, { ...results, further: [] }),
  );
}
