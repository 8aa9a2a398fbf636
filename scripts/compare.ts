/**
 * Compares runs with the published numbers.
 *
 *     deno task compare
 *     deno task compare results/trace results/attend
 */

import { compareFolders, COMPARISON_FILES } from "../lib/published/compare_folders.ts";
import { fileNames } from "../lib/runs/outcome.ts";
import { picturesFlags, textFlag } from "../lib/cli/flag_values.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { say } from "../lib/cli/say.ts";
import { runTask } from "../lib/cli/task.ts";

const HELP = {
  name: "compare",
  operands: "[RUN…]",
  does:
    "puts the tables of finished runs (default: results/trace) beside the published ones, cell by cell.",
  example: "deno task compare results/trace results/attend",
  writes: fileNames(COMPARISON_FILES, ["svg"]),
};

await runTask(HELP, flagSet("out", "overwrite", "format", "venue", "quiet"), async (values) => {
  const folders = values.operands?.length ? values.operands : ["results/trace"];
  const { findings, said } = await compareFolders(folders, {
    out: textFlag(values, "out") ?? "results/compare",
    overwrite: values["overwrite"] === true,
    pictures: picturesFlags(values),
  });
  if (values["quiet"] === true) return;
  say(findings);
  say(said);
});
