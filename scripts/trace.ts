/**
 * Causal tracing: where in the text tower negation lives.
 *
 *     deno task trace
 *     deno task trace --model FOLDER --data existence.json --images FOLDER --out results/vit-b-32
 */

import { traceMap } from "../lib/report/charts/trace_map.ts";
import { scoreFindings, traceFindings } from "../lib/report/findings.ts";
import { SEGMENTS } from "../lib/experiments/score.ts";
import { SITES } from "../lib/experiments/trace_cells.ts";
import { type TracedRow, traceRows } from "../lib/experiments/trace.ts";
import { sweepEngine } from "../lib/experiments/sweep.ts";
import { findPeaks, summarizeTrace } from "../lib/experiments/trace_summary.ts";
import { choiceFlag, listFlag } from "./flags.ts";
import {
  finishRun,
  heading,
  progressBar,
  type Run,
  RUN_FLAGS,
  SCORE_FILES,
  scoreRows,
  type Scores,
  startRun,
} from "./run.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "trace",
  does:
    "patches single activations of the negated sentence into the affirmative one and maps how much of d each restores.",
  example: "deno task trace --model clip-vit-base-patch32 --data existence.json --images images",
  writes: [
    ...SCORE_FILES,
    "effects.csv",
    "trace.csv",
    "peaks.csv",
    "trace_map.vl.json",
    "trace_map.svg",
  ],
};

await runTask(HELP, [...RUN_FLAGS, "segments", "site"], async (values) => {
  const site = choiceFlag(values, "site", SITES);
  const segments = listFlag(values, "segments", SEGMENTS);
  const run = await startRun(HELP, values);
  if (run === undefined) return;
  const scores = await scoreRows(run);
  const traced = rowsOfSegments(run, scores, segments);
  if (site === "resid") await run.stopwatch.measure("load", () => sweepEngine(run.clip.text));
  const effects = await run.stopwatch.measure("trace", async () => {
    using bar = progressBar("trace", { quiet: run.quiet });
    return await traceRows(run.clip.text, traced, {
      site,
      images: scores.images,
      progress: bar.report,
    });
  });
  const d = new Map(traced.map(({ scores }) => [scores.id, scores.d]));
  const clusters = new Map(traced.map(({ scores, pair }) => [scores.id, pair.key]));
  const trace = summarizeTrace(effects.rows, { d, clusters, seed: run.seed });
  await run.folder.writeTable(effects);
  await run.folder.writeTable(trace);
  await run.folder.writeTable(findPeaks(effects.rows));
  const map = traceMap(trace.rows, { sources: run.identity.sources });
  await run.stopwatch.measure("charts", () => run.folder.writeChart("trace_map", map, run.formats));
  await finishRun(run);
  if (run.quiet) return;
  console.log(heading(run));
  console.log(scoreFindings(scores.summary.rows));
  console.log(traceFindings(trace.rows));
  const drawn = `trace_map.${run.formats[0] ?? "vl.json"}`;
  console.log(
    `Map: ${run.folder.path}/${drawn}; tables: trace.csv, effects.csv, peaks.csv, evaluate.csv, summary.csv`,
  );
});

function rowsOfSegments(
  { prepared }: Run,
  { evaluate }: Scores,
  segments: readonly string[],
): TracedRow[] {
  return evaluate.rows
    .map((scores, row) => ({ scores, pair: prepared.distinct[prepared.indexOfRow[row]!]! }))
    .filter(({ scores }) => segments.includes(scores.segment));
}
