/**
 * How well a model tells a sentence from its negation.
 *
 *     deno task evaluate --model FOLDER --data existence.json --images FOLDER
 */

import { SCORE_FILES } from "./outputs.ts";
import { RUN_FLAGS, scoreRows, startRun } from "./run.ts";
import { CLOSING_FILES, finishRun, writtenFiles } from "./run_output.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "evaluate",
  does:
    "scores every pair, S = 100 x cosine and d = S(caption) - S(foil), with segments and accuracy.",
  example: "deno task evaluate --model clip-vit-base-patch32 --data existence.json --images images",
  writes: [...SCORE_FILES, ...CLOSING_FILES],
};

await runTask(HELP, RUN_FLAGS, async (values) => {
  await using run = await startRun(HELP, values);
  if (run === undefined) return;
  const { rows, findings } = await scoreRows(run);
  await finishRun(run, findings, rows);
  if (run.quiet) return;
  console.log(`Files in ${run.folder.path}: ${writtenFiles(HELP, run.pictures).join(", ")}`);
});
