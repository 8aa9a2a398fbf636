/**
 * Which features of the data set go with d.
 *
 *     deno task correlate
 *     deno task correlate --model FOLDER --data existence.json --images FOLDER
 */

import { featureRows } from "../lib/experiments/correlate/features.ts";
import { CORRELATE_FILES, SCORE_FILES, writeCorrelate } from "./outputs.ts";
import { RUN_FLAGS, scoreRows, startRun } from "./run.ts";
import { CLOSING_FILES, finishRun, writtenFiles } from "./run_output.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "correlate",
  does:
    "correlates similarity of the sentences, their length and the subject's size with d, and audits repeated sentences.",
  example:
    "deno task correlate --model clip-vit-base-patch32 --data existence.json --images images",
  writes: [...SCORE_FILES, ...CORRELATE_FILES, ...CLOSING_FILES],
};

await runTask(HELP, RUN_FLAGS, async (values) => {
  await using run = await startRun(HELP, values);
  if (run === undefined) return;
  const { rows: scored, sentences, findings } = await scoreRows(run);
  const { features } = featureRows(run.inputs.pairs, scored.map(({ scores }) => scores), sentences);
  const rows = scored.map((row, i) => ({ ...row, features: features.rows[i]! }));
  await finishRun(run, [...findings, ...await writeCorrelate(run, rows)], rows);
  if (run.quiet) return;
  console.log(`Files in ${run.folder.path}: ${writtenFiles(HELP, run.pictures).join(", ")}`);
});
