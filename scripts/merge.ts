/** Merges the shards of a run into the whole run. */

import { ALL_EXPERIMENTS } from "../lib/experiments/all.ts";
import { reportText } from "../lib/runs/write_results.ts";
import { mergeRuns } from "../lib/runs/merge_runs.ts";
import { flagSet, type FlagValues, RESULT_FLAGS, settingsOf, textFlag } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "merge",
  operands: "SHARD…",
  needsOperands: true,
  does:
    "makes one run of its shards: the files that the task writes without --shard, the same bytes. SHARD is the --out of a run with --shard K/N.",
  example: "results/one results/two --out results/trace",
};

export const flags = flagSet("images", "out", "overwrite", ...RESULT_FLAGS, "quiet");

export async function work(values: FlagValues): Promise<void> {
  const { out, overwrite, pictures, say } = settingsOf(values, help);
  const settings = { out, overwrite, pictures, say, images: textFlag(values, "images") };
  const shards = values.operands ?? [];
  const run = await mergeRuns(shards, ALL_EXPERIMENTS, settings);
  if (run === undefined) return;
  say(run.summary);
  say(reportText(out));
}

if (import.meta.main) await runTask(help, flags, work);
