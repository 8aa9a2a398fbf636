/**
 * How fast a model is traced on this machine.
 *
 *     deno task bench --model FOLDER --data existence.json --pairs 300 --threads 1
 *     deno task bench --model FOLDER --data existence.json --pairs 300 --threads 1 --rounds 3 --compare python3
 *     deno task bench --model FOLDER --data existence.json --pairs 300 --threads 2 --copies 1,4,16
 */

import { cpus } from "node:os";
import process from "node:process";
import type { TextTower } from "../lib/model/text/text_tower.ts";
import type { RowTimes } from "../lib/engine/rows/row_tower.ts";
import { documentUnreadable, flagValueWrong, referenceFailed } from "../lib/errors.ts";
import { copyPairs } from "../lib/bench/pair_copies.ts";
import { preparePairs } from "../lib/subject/prepare.ts";
import { sweepPhases } from "../lib/bench/phases.ts";
import { sweep, sweepEngine } from "../lib/experiments/sweep/sweep.ts";
import { traceCells } from "../lib/experiments/sweep/trace_cells.ts";
import type { SweepPair } from "../lib/experiments/sweep/general_sweep.ts";
import { multiplyRate } from "../lib/onnx/runtime/multiply_rate.ts";
import { markdownTable, replaceMarked } from "../lib/tables/markdown.ts";
import {
  growthTable,
  phaseTable,
  roundTable,
  type SweepGrowth,
} from "../lib/bench/speed_tables.ts";
import { Stopwatch } from "../lib/runs/stopwatch.ts";
import { writeWhole } from "../lib/files/write_whole.ts";
import { numberFlag, numbersFlag, textFlag } from "./flag_values.ts";
import type { FlagValues } from "./flags.ts";
import { loadModel, MODEL_FLAGS, modelName, readRows, threadsOf } from "./inputs.ts";
import { progressBar } from "./run.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "bench",
  does: "times the residual sweep of causal tracing, without images.",
  example:
    "deno task bench --model clip-vit-base-patch32 --data existence.json --pairs 300 --threads 1",
};

const FLAGS = [
  ...MODEL_FLAGS,
  "data",
  "protocol",
  "pairs",
  "copies",
  "rounds",
  "compare",
  "reference",
  "document",
  "quiet",
] as const;

await runTask(HELP, FLAGS, async (values) => {
  const stopwatch = new Stopwatch();
  const count = (name: "pairs" | "rounds") => numberFlag(values, name, { min: 1, max: 1e6 })!;
  const threads = threadsOf(values);
  const python = textFlag(values, "compare");
  const [limit, roundCount] = [count("pairs"), count("rounds")];
  const copies = numbersFlag(values, "copies", { min: 1, max: 1e6 });
  const document = textFlag(values, "document");
  const place = `${copies.length > 1 ? "growth" : "threads"}-${threads}`;
  if (document !== undefined) replaceMarked(await readDocument(document), place, ""); // what is wrong with it comes before the work
  if (python !== undefined && `${copies}` !== "1") { // copies have tokens but no sentences
    throw flagValueWrong("--copies", `${copies}`, "1 beside --compare");
  }
  const { pairs: rows, protocol } = await readRows(values, { imagesAre: "ignored" });
  const clip = await stopwatch.measure("load", () => loadModel(values, ["text"]));
  const { distinct } = preparePairs(clip.text, rows, { protocol });
  const { shape } = clip.text.tower;
  const some = distinct.slice(0, limit)
    .map((pair) => ({
      pair,
      cells: traceCells(pair, { site: "resid", ...shape, causal: clip.family.causal }),
    }));
  const pairs = copyPairs(some, Math.max(...copies));
  const engine = await stopwatch.measure(
    "load",
    () => sweepEngine(clip.text, pairs.map(({ pair }) => pair)),
  );
  const quiet = values.quiet === true;
  const where = `${threads} ${threads === 1 ? "thread" : "threads"} of ${cpus()[0]?.model.trim()}`;
  const finish = async (report: string) => {
    await clip.release();
    console.log(report);
    if (document === undefined) return;
    await writeWhole(document, replaceMarked(await readDocument(document), place, report));
  };
  if (copies.length > 1) {
    const growth = await growthOf(clip.text, some, { copies, rounds: roundCount, quiet });
    const table = markdownTable(growthTable(growth));
    return await finish(`${modelName(clip.folder)}, ${where}.\n\n${table}`);
  }
  const loaded = { ...engine.streams?.times };
  const rounds: { negscope: number; reference?: number }[] = [];
  let machine = 0;
  for (let round = 0; round < roundCount; round++) {
    machine = Math.max(machine, await multiplyRate({ threads }));
    const negscope = await timeSweep(clip.text, pairs, { quiet, label: "trace" });
    rounds.push(
      python === undefined
        ? { negscope }
        : { negscope, reference: await runReference(python, values, { clip, some, threads }) },
    );
  }
  const peak = process.resourceUsage().maxRSS / 1024; // before the arithmetic is counted
  const perRound = (name: keyof RowTimes) =>
    ((engine.streams?.times[name] ?? 0) - (loaded[name] ?? 0)) / roundCount;
  const { phases, fast, least } = sweepPhases({
    ...{ pairs, engine, machine, shape: clip.config.text },
    seconds: rounds.reduce((sum, { negscope }) => sum + negscope, 0) / roundCount,
    times: {
      project: perRound("project"),
      attend: perRound("attend"),
      complete: perRound("complete"),
    },
  });
  const load = { phase: "load", seconds: stopwatch.seconds["load"]! };
  const best = Math.min(...rounds.map(({ negscope }) => negscope));
  await finish([
    `${modelName(clip.folder)}, ${pairs.length} pairs, ${where}; the machine's own rate ${
      (machine / 1e9).toFixed(0)
    } GFLOP/s; peak memory ${peak.toFixed(0)} MB.`,
    engine.refusal?.message ??
      `${fast} pairs by the fast schedule, ${pairs.length - fast} by the general engine.`,
    ...(least === undefined ? [] : [
      `The best round reaches ${
        (100 * least / machine / best).toFixed(0)
      } % of the least arithmetic at the machine's own rate.`,
    ]),
    "",
    markdownTable(phaseTable([load, ...phases], { pairs: pairs.length, machine })),
    markdownTable(roundTable(rounds)),
  ].join("\n"));
});

/** The fastest of some rounds with each number of copies, and the memory needed up to then. */
async function growthOf(
  text: TextTower,
  pairs: readonly SweepPair[],
  { copies, rounds, quiet }: {
    readonly copies: readonly number[];
    readonly rounds: number;
    readonly quiet: boolean;
  },
): Promise<SweepGrowth[]> {
  const growth: SweepGrowth[] = [];
  for (const number of copies) {
    const many = copyPairs(pairs, number);
    let seconds = Infinity;
    for (let round = 0; round < rounds; round++) {
      const own = await timeSweep(text, many, { quiet, label: `copies ${number}` });
      seconds = Math.min(seconds, own);
    }
    const peak = process.resourceUsage().maxRSS / 1024;
    growth.push({ copies: number, pairs: many.length, seconds, peak });
  }
  return growth;
}

/** Seconds of one sweep. */
async function timeSweep(
  text: TextTower,
  pairs: readonly SweepPair[],
  { quiet, label }: { readonly quiet: boolean; readonly label: string },
): Promise<number> {
  const total = pairs.flatMap(({ cells }) => cells).filter(({ kind }) => kind === "run").length;
  using bar = progressBar(label, { quiet });
  const start = performance.now();
  let done = 0;
  for await (const results of sweep(text, pairs, "resid")) {
    bar.report(done += results.length, total);
  }
  return (performance.now() - start) / 1000;
}

async function readDocument(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch((error: unknown) => {
    throw documentUnreadable(path, error);
  });
}

/** Seconds that the reference needs for the same pairs. */
async function runReference(
  python: string,
  values: FlagValues,
  { clip, some, threads }: {
    readonly clip: { readonly folder: string };
    readonly some: readonly SweepPair[];
    readonly threads: number;
  },
): Promise<number> {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    const pairs = some.map(({ pair }) => ({
      negation: "caption",
      caption: pair.negated.sentence,
      foil: pair.affirmative.sentence,
    }));
    await Deno.writeTextFile(file, JSON.stringify(pairs));
    const script = textFlag(values, "reference")!;
    const args = [script, clip.folder, file, `${some.length}`, `${threads}`];
    const { success, stdout, stderr } = await new Deno.Command(python, { args, stdin: "null" })
      .output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    const seconds = Number(text(stdout).split("\n").at(-1));
    if (!success || !(seconds > 0)) throw referenceFailed(python, script, text(stderr));
    return seconds;
  } catch (error) {
    const notRun = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied;
    throw notRun ? referenceFailed(python, "", error.message) : error;
  } finally {
    await Deno.remove(file);
  }
}
