/** Contrasts runs, atlases and studies: two runs row by row, more of them as models beside each other. */

import type { ComparisonFolder, WrittenComparison } from "../compare/write_comparison.ts";
import { NegscopeError } from "../errors.ts";
import { type OpenedRun, openRun } from "../runs/open_run.ts";
import { contrastModels } from "./contrast_models.ts";
import { contrastRuns } from "./contrast_runs.ts";
import { hasParts, STUDY } from "./model_line.ts";

/**
 * Contrasts two finished runs of one experiment on the same rows, row by row; or sets the models of more runs, of atlases and of studies beside each
 * other.
 *
 * @param folders The folders of runs, atlases, studies and the paper's results.
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
      expected: "a run of an experiment or a benchmark, an atlas, a study or the paper's results",
    });
  }
  const areRuns = operands.every(({ manifest }) =>
    manifest.command !== STUDY && !hasParts(manifest)
  );
  const [first, second, third] = operands;
  if (areRuns && first !== undefined && second !== undefined && third === undefined) {
    return await contrastRuns([first, second], settings);
  }
  const commands = new Set(operands.map(({ manifest }) => manifest.command));
  if (areRuns && commands.size > 1) {
    throw new NegscopeError("not-comparable", {
      problem: `Cannot contrast ${operands.length} runs`,
      subject: first?.folder,
      reason: `they are of different experiments, ${[...commands].join(", ")}`,
      expected: "runs of one experiment, or atlases, whose experiments stand in one line a model",
    });
  }
  return await contrastModels(operands, settings);
}

/** Tasks whose results are not about one model. */
const WITHOUT_MODEL = new Set(["compare", "contrast", "pairs", "score", "segment"]);
