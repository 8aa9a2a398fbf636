/** Contrasts two runs of one experiment on the same rows. */

import { contrast } from "../lib/composites/contrast/contrast.ts";
import { flagSet, type FlagValues, RESULT_FLAGS, settingsOf } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "contrast",
  operands: "A B",
  needsOperands: true,
  does:
    "sets two runs of one experiment on the same rows against each other: differences of every estimate with paired intervals, McNemar's test of accuracies, a map of the differences, correlations of the maps.",
  example: "results/trace results/trace-random-1",
};

export const flags = flagSet("out", "overwrite", ...RESULT_FLAGS, "quiet");

export async function work(values: FlagValues): Promise<void> {
  const settings = settingsOf(values, help);
  const { findings, said } = await contrast(values.operands ?? [], settings);
  settings.say(findings);
  settings.say(said);
}

if (import.meta.main) await runTask(help, flags, work);
