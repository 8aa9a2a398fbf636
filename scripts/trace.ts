/**
 * Causal tracing: where in the text tower negation lives.
 *
 *     deno task trace
 *     deno task trace --model FOLDER --data existence.json --images FOLDER --out results/vit-b-32
 */

import { SEGMENTS } from "../lib/subject/score.ts";
import { traceRows } from "../lib/experiments/trace/trace.ts";
import { siteHook, SITES } from "../lib/experiments/sweep/trace_cells.ts";
import { isFastSite } from "../lib/experiments/sweep/groups.ts";
import { sweepEngine } from "../lib/experiments/sweep/sweep.ts";
import { choiceFlag, listFlag } from "./flag_values.ts";
import { SCORE_FILES, TRACE_FILES, writeTrace } from "./outputs.ts";
import { alignedRows } from "./prepared_rows.ts";
import { keptRows, progressBar, RUN_FLAGS, scoreRows, startRun } from "./run.ts";
import { CLOSING_FILES, finishRun } from "./run_output.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "trace",
  does:
    "patches single activations of the negated sentence into the affirmative one and maps how much of d each restores.",
  example: "deno task trace --model clip-vit-base-patch32 --data existence.json --images images",
  writes: [...SCORE_FILES, ...TRACE_FILES, ...CLOSING_FILES],
};

await runTask(HELP, [...RUN_FLAGS, "segments", "site"], async (values) => {
  const site = choiceFlag(values, "site", SITES);
  const segments = listFlag(values, "segments", SEGMENTS);
  await using run = await startRun(HELP, values);
  if (run === undefined) return;
  const { tower } = run.clip.text;
  await tower.prepare([siteHook(site, tower.shape.layers)]); // what cannot be reached is told before the work
  const { rows: scored, images, findings } = await scoreRows(run);
  await run.clip.image.tower.release(); // its memory is the sweep's from here on
  const traced = alignedRows(run, scored)
    .filter(({ scores }) => segments.includes(scores.segment))
    .map(({ scores, aligned }) => ({ scores, pair: aligned }));
  if (isFastSite(site)) {
    const pairs = [...new Set(traced.map(({ pair }) => pair))];
    await run.stopwatch.measure("load", () => sweepEngine(run.clip.text, pairs));
  }
  const effects = await run.stopwatch.measure("trace", async () => {
    const kept = keptRows(run, "trace", { total: traced.length });
    using bar = progressBar("trace", run);
    return await traceRows(run.clip.text, traced, { site, images, kept, progress: bar.report });
  });
  const ofRow = Map.groupBy(effects.rows, ({ id }) => id);
  const rows = scored.map((row) => ({ ...row, effects: ofRow.get(row.pair.id) ?? [] }));
  await finishRun(run, [...findings, ...await writeTrace(run, rows)], rows);
  if (run.quiet) return;
  const drawn = `trace_map.${run.pictures.formats[0] ?? "vl.json"}`;
  console.log(
    `Report: ${run.folder.path}/report.html\nMap: ${run.folder.path}/${drawn}; tables: trace.csv, effects.csv, peaks.csv, evaluate.csv, summary.csv`,
  );
});
