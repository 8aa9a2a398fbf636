/**
 * Merges the shards of a run into the whole run.
 *
 *     deno task trace --shard 1/2 --out results/one
 *     deno task trace --shard 2/2 --out results/two
 *     deno task merge results/one results/two --out results/trace
 */

import { ALL_EXPERIMENTS } from "../lib/experiments/all.ts";
import { reportText } from "../lib/runs/write_results.ts";
import { mergeRuns } from "../lib/runs/merge_runs.ts";
import { ATLAS_PARTS, mergeAtlas } from "../lib/atlas/atlas.ts";
import { mergePaper } from "../lib/paper/paper.ts";
import { PAPER_PARTS } from "../lib/paper/parts.ts";
import { partsCommandOf } from "../lib/parts/write_parts.ts";
import { flagSet, settingsOf, textFlag } from "../lib/cli/flags.ts";
import { runTask, sayParts } from "../lib/cli/task.ts";

const HELP = {
  name: "merge",
  operands: "SHARD…",
  needsOperands: true,
  does:
    "makes one run of its shards: the files that the task writes without --shard, the same bytes; also of the shards of `deno task paper` and `deno task atlas`. SHARD is the --out of a run with --shard K/N.",
  example: "deno task merge results/one results/two --out results/trace",
};

const MERGES: Readonly<Record<string, typeof mergePaper | typeof mergeAtlas>> = {
  [PAPER_PARTS.command]: mergePaper,
  [ATLAS_PARTS.command]: mergeAtlas,
};

await runTask(
  HELP,
  flagSet("images", "out", "overwrite", "format", "venue", "font", "quiet"),
  async (values) => {
    const { out, overwrite, pictures, say } = settingsOf(values, HELP);
    const settings = { out, overwrite, pictures, say, images: textFlag(values, "images") };
    const shards = values.operands ?? [];
    const merge = MERGES[await partsCommandOf(shards[0]!) ?? ""];
    if (merge !== undefined) {
      sayParts(await merge(shards, settings), settings);
      return;
    }
    const run = await mergeRuns(shards, ALL_EXPERIMENTS, settings);
    if (run === undefined) return;
    say(run.summary);
    say(reportText(out));
  },
);
