/**
 * Contrasts two runs of one experiment on the same rows, or many models.
 *
 *     deno task contrast results/trace results/trace-random-1
 */

import { contrast } from "../lib/contrast/contrast.ts";
import { CONTRAST_FILES } from "../lib/contrast/runs/contrast_runs.ts";
import { fileNames } from "../lib/runs/run_files.ts";
import { settingsOf } from "../lib/cli/choice.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

const HELP = {
  name: "contrast",
  operands: "A B…",
  does:
    "sets two runs of one experiment on the same rows against each other: differences of every estimate and every row, paired intervals, McNemar's test of accuracies, maps of differences, correlations with noise ceilings.",
  example: "deno task contrast results/trace results/trace-random-1",
  writes: fileNames(CONTRAST_FILES, ["svg"]),
};

const FLAGS = flagSet("out", "overwrite", "format", "venue", "font", "quiet");

await runTask(HELP, FLAGS, async (values) => {
  const settings = settingsOf(values, HELP);
  const { findings, said } = await contrast(values.operands ?? [], settings);
  settings.say(findings);
  settings.say(said);
});
