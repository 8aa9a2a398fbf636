/**
 * Which attention heads look at the negator.
 *
 *     deno task attend
 *     deno task attend --model FOLDER --data existence.json
 */

import { attendPairs, PATTERNS } from "../lib/experiments/attend/attend.ts";
import { numberFlag } from "./flag_values.ts";
import type { FlagValues } from "./flags.ts";
import { ATTEND_FILES, writeAttend } from "./outputs.ts";
import { attendedRows } from "./prepared_rows.ts";
import { progressBar, RUN_FLAGS, scoreRows, startRun } from "./run.ts";
import { CLOSING_FILES, finishRun, writtenFiles } from "./run_output.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "attend",
  does:
    "compares how much every head attends to the negator and to its twin; without images what depends on d stays empty.",
  example: "deno task attend --model clip-vit-base-patch32 --data existence.json",
  writes: [...ATTEND_FILES, ...CLOSING_FILES],
};

await runTask(HELP, [...RUN_FLAGS, "layer"], async (values) => {
  layerFlag(values, 1000); // what no model has is found out before one is loaded
  await using run = await startRun(HELP, values, { imagesAre: "used" });
  if (run === undefined) return;
  const { clip, inputs: { pairs, readPairImage }, prepared } = run;
  layerFlag(values, clip.config.text.layers);
  await clip.text.tower.prepare([PATTERNS]); // what cannot be reached is told before the work
  const scored = readPairImage === undefined ? undefined : await scoreRows(run);
  await run.begin();
  const heads = await run.stopwatch.measure("attend", async () => {
    using bar = progressBar("attend", run);
    return await attendPairs(clip.text, prepared.distinct, { progress: bar.report });
  });
  const rows = attendedRows(run, scored?.rows ?? pairs.map((pair) => ({ pair })), heads);
  await finishRun(run, [...scored?.findings ?? [], ...await writeAttend(run, rows)], rows);
  if (run.quiet) return;
  console.log(`Files in ${run.folder.path}: ${writtenFiles(HELP, run.pictures).join(", ")}`);
});

function layerFlag(values: FlagValues, layers: number): void {
  numberFlag(values, "layer", { min: 1, max: layers });
}
