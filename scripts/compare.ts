/**
 * Compares runs with the published numbers, or two runs with each other.
 *
 *     deno task compare
 *     deno task compare results/trace results/attend
 *     deno task compare results/trace --with results/trace-random-1
 */

import { compareFolders, COMPARISON_FILES } from "../lib/compare/published/compare_folders.ts";
import { compareTwoFolders, TWO_RUNS_FILES } from "../lib/compare/two_runs/compare_two.ts";
import { NegscopeError } from "../lib/errors.ts";
import { fileNames } from "../lib/runs/run_files.ts";
import { settingsOf } from "../lib/cli/choice.ts";
import { textFlag } from "../lib/cli/flag_values.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

const HELP = {
  name: "compare",
  operands: "[RUN…]",
  does:
    "puts the tables of finished runs (default: results/trace) beside the published ones, cell by cell; runs with --random-weights among them are the baseline of r. With --with it puts every table that two runs have side by side, with an interval for each difference that can have one.",
  example: "deno task compare results/trace results/attend results/trace-random-1",
  writes: [
    ...fileNames(COMPARISON_FILES, ["svg"]),
    ...fileNames(TWO_RUNS_FILES, ["svg"]).filter((file) => file.startsWith("runs_")),
  ],
};

const FLAGS = {
  with: { value: "RUN", help: "another run, instead of the published tables" },
  ...flagSet("out", "overwrite", "format", "venue", "font", "quiet"),
};

await runTask(HELP, FLAGS, async (values) => {
  const folders = values.operands?.length ? values.operands : ["results/trace"];
  const [first, another] = folders;
  const second = textFlag(values, "with");
  if (second !== undefined && another !== undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot compare runs "${first}" and "${another}" with "${second}"`,
      subject: another,
      expected: "one run before --with",
    });
  }
  const settings = settingsOf(values, HELP);
  const { findings, said } = second === undefined
    ? await compareFolders(folders, settings)
    : await compareTwoFolders([first!, second], settings);
  settings.say(findings);
  settings.say(said);
});
