/** Contrasts two runs row by row. */

import type { ComparisonFolder, WrittenComparison } from "../compare/write_comparison.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { type OpenedRun, openRun } from "../../runs/open_run.ts";
import { contrastRuns } from "./contrast_runs.ts";
import { PARTS_FILE } from "../parts/parts_folder.ts";
import { commandOf } from "../../errors/command.ts";

/**
 * Contrasts two finished runs of one experiment on the same rows, row by row.
 *
 * @param folders The folders of both runs, which may be parts of an atlas.
 * @param settings Where the results are written.
 * @returns The findings, and what was done with the folder.
 * @throws {NegscopeError} If a folder holds no finished run, or they cannot be contrasted.
 */
export async function contrast(
  folders: readonly string[],
  settings: ComparisonFolder,
): Promise<WrittenComparison> {
  const operands: OpenedRun[] = [];
  for (const folder of folders) operands.push(await openRun(folder));
  for (const { folder, manifest: { command } } of operands) {
    if (!WITHOUT_MODEL.has(command)) continue;
    throw new NegscopeError("not-comparable", {
      problem: `Cannot contrast "${folder}"`,
      reason: `it is of the task ${command}`,
      expected: "a run of an experiment or a benchmark",
    });
  }
  const [first, second, third] = operands;
  const whole = operands.find(({ manifest: { command, checksums = {} } }) =>
    command === "study" || Object.hasOwn(checksums, PARTS_FILE)
  );
  if (first === undefined || second === undefined || third !== undefined || whole !== undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot contrast ${folders.map((folder) => `"${folder}"`).join(", ")}`,
      subject: folders[0],
      reason: whole === undefined
        ? `there ${folders.length === 1 ? "is one run" : `are ${folders.length} runs`}`
        : `"${whole.folder}" holds several runs`,
      expected: "two runs of one experiment",
      fix: `name those within, or put many models on one page with ${commandOf("cards")}`,
    });
  }
  return await contrastRuns([first, second], settings);
}

/** Tasks whose results are not about one model. */
const WITHOUT_MODEL = new Set(["compare", "contrast", "pairs", "score", "segment"]);
