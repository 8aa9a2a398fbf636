/**
 * Do the heads that look at the negator matter? Each head's sight of it is taken away.
 *
 *     deno task knockout
 *     deno task knockout --model FOLDER --data existence.json --images FOLDER --renormalize
 */

import { attendPairs, PATTERNS } from "../lib/experiments/attend.ts";
import { attentionTables } from "../lib/experiments/attend_tables.ts";
import { type KnockedOut, knockOutHeads } from "../lib/experiments/knockout.ts";
import { knockoutPoints, knockoutTables } from "../lib/experiments/knockout_tables.ts";
import { knockoutChart } from "../lib/report/charts/knockout.ts";
import { knockoutFindings, scoreFindings } from "../lib/report/findings.ts";
import {
  finishRun,
  heading,
  progressBar,
  RUN_FLAGS,
  SCORE_FILES,
  scoreRows,
  startRun,
  writtenFiles,
} from "./run.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "knockout",
  does:
    "sets each head's attention to the negator to 0 in the negated sentence and measures what that does to S and d.",
  example: "deno task knockout --model clip-vit-base-patch32 --data existence.json --images images",
  writes: [
    ...SCORE_FILES,
    "knockout.csv",
    "knockout_summary.csv",
    "knockout.vl.json",
    "knockout.svg",
  ],
};

await runTask(HELP, [...RUN_FLAGS, "renormalize"], async (values) => {
  const run = await startRun(HELP, values);
  if (run === undefined) return;
  const { clip, prepared: { distinct, indexOfRow }, folder, seed, quiet } = run;
  await clip.text.tower.prepare([PATTERNS]); // what cannot be reached is told before the work
  const { evaluate, summary, images } = await scoreRows(run);
  const results: KnockedOut[] = [];
  await run.stopwatch.measure("knockout", async () => {
    using bar = progressBar("knockout", { quiet });
    const renormalize = values.renormalize === true;
    const batches = knockOutHeads(clip.text, distinct, { renormalize, progress: bar.report });
    for await (const batch of batches) results.push(...batch);
  });
  const heads = await run.stopwatch.measure("attend", () => attendPairs(clip.text, distinct));
  const rows = evaluate.rows.map((scores, row) => {
    const pair = indexOfRow[row]!;
    return { scores, pair, cluster: distinct[pair]!.key };
  });
  const tables = knockoutTables(rows, results, { images, seed });
  const attended = rows.map(({ scores: { id, negation }, pair }) => ({
    id,
    negation,
    d: undefined, // only selectivity is read: no head is tested against d
    pair: distinct[pair]!,
    heads: heads[pair]!,
  }));
  const selectivity = attentionTables(attended, { seed }).heads;
  await folder.writeTable(tables.knockout);
  await folder.writeTable(tables.summary);
  const points = knockoutPoints(tables.summary.rows, selectivity.rows);
  const chart = knockoutChart(points, { sources: run.identity.sources });
  await run.stopwatch.measure("charts", () => folder.writeChart("knockout", chart, run.formats));
  await finishRun(run);
  if (quiet) return;
  console.log(heading(run));
  console.log(scoreFindings(summary.rows));
  console.log(knockoutFindings(points));
  console.log(`Files in ${folder.path}: ${writtenFiles(HELP, run.formats).join(", ")}`);
});
