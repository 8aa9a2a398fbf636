/**
 * How fast a model is traced on this machine.
 *
 *     deno task bench --model FOLDER --data existence.json --pairs 64 --threads 1
 */

import process from "node:process";
import { preparePairs } from "../lib/experiments/prepare.ts";
import { traceCells } from "../lib/experiments/trace_cells.ts";
import { sweepCost } from "../lib/experiments/trace_cost.ts";
import { traceSweep } from "../lib/experiments/trace_sweep.ts";
import { multiplyRate } from "../lib/onnx/multiply_rate.ts";
import { Stopwatch } from "../lib/report/stopwatch.ts";
import { textTable } from "../lib/report/terminal.ts";
import { numberFlag } from "./flags.ts";
import { loadModel, MODEL_FLAGS, readRows, threadsOf } from "./inputs.ts";
import { progressBar } from "./run.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "bench",
  does: "times the residual sweep of causal tracing, without images.",
  example:
    "deno task bench --model clip-vit-base-patch32 --data existence.json --pairs 64 --threads 1",
};

await runTask(HELP, [...MODEL_FLAGS, "data", "protocol", "pairs", "quiet"], async (values) => {
  const stopwatch = new Stopwatch();
  const count = numberFlag(values, "pairs", { min: 1, max: 1e6 })!;
  const threads = threadsOf(values);
  const rows = await readRows(values, { imagesAre: "ignored" });
  const clip = await stopwatch.measure("load", () => loadModel(values, ["text"]));
  const { distinct } = preparePairs(clip.text, rows.pairs, { protocol: rows.protocol });
  const { shape } = clip.text.tower;
  const pairs = distinct.slice(0, count)
    .map((pair) => ({ pair, cells: traceCells(pair, { site: "resid", ...shape }) }));
  const machine = await multiplyRate({ threads });
  const total = pairs.flatMap(({ cells }) => cells).filter(({ kind }) => kind === "run").length;
  await stopwatch.measure("trace", async () => {
    using bar = progressBar("trace", { quiet: values.quiet === true });
    let done = 0;
    for await (const results of traceSweep(clip.text.tower, pairs, "resid")) {
      bar.report(done += results.length, total);
    }
  });
  await clip.release();
  const { operations } = sweepCost(pairs, clip.config.text);
  const seconds = stopwatch.seconds["trace"]!;
  const rate = operations / seconds;
  const measured = {
    pairs: pairs.length,
    threads,
    "load s": stopwatch.seconds["load"],
    "trace s": seconds,
    "s a pair": seconds / pairs.length,
    "GFLOP/s": rate / 1e9,
    "machine GFLOP/s": machine / 1e9,
    share: rate / machine,
    "peak MB": process.resourceUsage().maxRSS / 1024,
  };
  const columns = Object.keys(measured) as (keyof typeof measured)[];
  console.log(textTable({ name: "bench", columns, rows: [measured] }, { digits: 4 }));
});
