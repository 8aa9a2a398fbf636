/**
 * Do the heads that look at the negator matter? Each head's sight of it is taken away.
 *
 *     deno task knockout
 *     deno task knockout --model FOLDER --data existence.json --images FOLDER --renormalize
 */

import { attendPairs, PATTERNS } from "../lib/experiments/attend/attend.ts";
import { knockOutRows } from "../lib/experiments/knockout/knockout_rows.ts";
import { sweepEngine } from "../lib/experiments/sweep/sweep.ts";
import { KNOCKOUT_FILES, SCORE_FILES, writeKnockout } from "./outputs.ts";
import { alignedRows, attendedRows } from "./prepared_rows.ts";
import { keptRows, progressBar, RUN_FLAGS, scoreRows, startRun } from "./run.ts";
import { CLOSING_FILES, finishRun, writtenFiles } from "./run_output.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "knockout",
  does:
    "sets each head's attention to the negator to 0 in the negated sentence and measures what that does to S and d.",
  example: "deno task knockout --model clip-vit-base-patch32 --data existence.json --images images",
  writes: [...SCORE_FILES, ...KNOCKOUT_FILES, ...CLOSING_FILES],
};

await runTask(HELP, [...RUN_FLAGS, "renormalize"], async (values) => {
  await using run = await startRun(HELP, values);
  if (run === undefined) return;
  const { clip: { text }, prepared: { distinct } } = run;
  await text.tower.prepare([PATTERNS]); // what cannot be reached is told before the work
  const { rows: scored, images, findings } = await scoreRows(run);
  await run.clip.image.tower.release(); // its memory is the sweep's from here on
  await run.stopwatch.measure("load", () => sweepEngine(text, distinct));
  const aligned = alignedRows(run, scored).map(({ scores, aligned }) => ({
    scores,
    pair: aligned,
  }));
  const heads = await run.stopwatch.measure("knockout", async () => {
    const kept = keptRows(run, "knockout", { total: scored.length });
    using bar = progressBar("knockout", run);
    const renormalize = values.renormalize === true;
    return await knockOutRows(text, aligned, { renormalize, images, kept, progress: bar.report });
  });
  const attended = await run.stopwatch.measure("attend", () => attendPairs(text, distinct));
  const rows = attendedRows(run, scored, attended)
    .map((row, i) => ({ ...row, heads: heads[i]! }));
  await finishRun(run, [...findings, ...await writeKnockout(run, rows)], rows);
  if (run.quiet) return;
  console.log(`Files in ${run.folder.path}: ${writtenFiles(HELP, run.pictures).join(", ")}`);
});
