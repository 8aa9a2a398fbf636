/** Compares runs with the published numbers. */

import { compareFolders } from "../lib/composites/compare/published/compare.ts";
import { flagSet, type FlagValues, RESULT_FLAGS, settingsOf } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "compare",
  operands: "[RUN…]",
  does:
    "puts the tables of finished runs (default: results/trace) beside the published ones, cell by cell; runs with --random-weights among them are the baseline of r.",
  example: "results/trace results/attend results/trace-random-1",
};

export const flags = flagSet("out", "overwrite", ...RESULT_FLAGS, "quiet");

export async function work(values: FlagValues): Promise<void> {
  const folders = values.operands?.length ? values.operands : ["results/trace"];
  const settings = settingsOf(values, help);
  const { findings, said } = await compareFolders(folders, settings);
  settings.say(findings);
  settings.say(said);
}

if (import.meta.main) await runTask(help, flags, work);
