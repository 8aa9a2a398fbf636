/**
 * Compares runs with the published numbers.
 *
 *     deno task compare
 *     deno task compare results/trace results/attend
 */

import { compareFolders, COMPARISON_FILES } from "../lib/compare/published/compare.ts";
import { fileNames } from "../lib/runs/write_results.ts";
import { flagSet, settingsOf } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

const HELP = {
  name: "compare",
  operands: "[RUN…]",
  does:
    "puts the tables of finished runs (default: results/trace) beside the published ones, cell by cell; runs with --random-weights among them are the baseline of r.",
  example: "deno task compare results/trace results/attend results/trace-random-1",
  writes: fileNames(COMPARISON_FILES, ["svg"]),
};

const FLAGS = flagSet("out", "overwrite", "format", "venue", "font", "spreadsheet", "quiet");

await runTask(HELP, FLAGS, async (values) => {
  const folders = values.operands?.length ? values.operands : ["results/trace"];
  const settings = settingsOf(values, HELP);
  const { findings, said } = await compareFolders(folders, settings);
  settings.say(findings);
  settings.say(said);
});
