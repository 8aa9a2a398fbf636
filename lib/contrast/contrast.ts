/** Contrasts runs, atlases and studies: two runs row by row, more of them as models beside each other. */

import type { ComparisonFolder, WrittenComparison } from "../compare/write_comparison.ts";
import { NegscopeError } from "../errors.ts";
import { readFinished } from "../files/run_record.ts";
import { contrastRuns } from "./runs/contrast_runs.ts";

/**
 * Contrasts two finished runs of one experiment on the same rows, row by row.
 *
 * @param folders The folders of the runs.
 * @param settings Where the results are written.
 * @returns The findings, and what was done with the folder.
 * @throws {NegscopeError} If a folder holds no finished run, or the runs cannot be contrasted.
 */
export async function contrast(
  folders: readonly string[],
  settings: ComparisonFolder,
): Promise<WrittenComparison> {
  const [first, second, ...more] = folders;
  if (first === undefined || second === undefined || more.length > 0) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot contrast ${
        folders.length === 1 ? `"${first}" alone` : `${folders.length} folders`
      }`,
      subject: first,
      expected: "two runs of one experiment",
    });
  }
  return await contrastRuns([
    { folder: first, manifest: await readFinished(first) },
    { folder: second, manifest: await readFinished(second) },
  ], settings);
}
