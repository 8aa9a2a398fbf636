/**
 * Measures how fast a model is traced on this machine.
 *
 *     deno task bench --model FOLDER --data existence.json --pairs 300 --threads 1
 *     deno task bench --model FOLDER --data existence.json --pairs 300 --threads 1 --rounds 3 --compare python3
 */

import { runReference } from "./reference.ts";
import {
  choiceOf,
  flagSet,
  MODEL_FLAGS,
  numberFlag,
  settingsOf,
  textFlag,
} from "../../lib/cli/flags.ts";
import { cpus } from "node:os";
import process from "node:process";
import { preparePairs } from "../../lib/study/rows/prepare.ts";
import { rowEngine } from "../../lib/engine/changes/row_engine.ts";
import { engineNames, FAST_ENGINE, runChanges } from "../../lib/engine/changes/run_changes.ts";
import { markdownTable } from "../../lib/tables/text_table.ts";
import { mean, median } from "../../lib/stats/columns.ts";
import { DOCUMENT, documentWriter, tableOf } from "./document.ts";
import { leastOperations, measuredParts, type Part, sweepGroups } from "./operations.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { formChoice } from "../../lib/opening/load_study.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import { say } from "../../lib/show/terminal.ts";
import { runTask } from "../../lib/cli/task.ts";
import { productModel } from "../../lib/onnx/build.ts";
import type { OnnxValue, Runtime, SessionOptions } from "../../lib/onnx/runtime.ts";

/** Size of the square matrices whose product is timed: large enough for the full rate, a few milliseconds per product. */
const SIZE = 1024;

const HELP = {
  name: "bench",
  does: "times the residual sweep of causal tracing, without images.",
  example: "--model openai/clip-vit-base-patch32 --data existence.json --pairs 300 --threads 1",
};

const FLAGS = {
  ...flagSet(...MODEL_FLAGS, "data", "protocol"),
  pairs: { value: "N", help: "sentence pairs to time", default: "64" },
  rounds: { value: "N", help: "times to repeat the measurement", default: "1" },
  compare: { value: "PYTHON", help: "a Python that runs the reference in turn" },
  reference: {
    value: "FILE",
    help: "the reference for --compare",
    default: "../shared/oracle/torch_reference.py",
  },
  document: DOCUMENT,
  ...flagSet("quiet"),
};

/** The parts of the blocks, which are measured if they run in this thread, by the names of the table. */
const PARTS: readonly (readonly [phase: string, part: Part])[] = [
  ["q, k, v", "project"],
  ["attention", "attend"],
  ["output, MLP", "complete"],
];

type Phase = { readonly phase: string; readonly seconds: number; readonly operations?: number };

await runTask(HELP, FLAGS, async (values) => {
  const began = performance.now();
  const count = (name: "pairs" | "rounds") => numberFlag(values, name, { min: 1, max: 1e6 })!;
  const choice = choiceOf(values);
  const { called, warn } = settingsOf(values, HELP);
  const { threads, device } = choice;
  const python = textFlag(values, "compare");
  const [limit, roundCount] = [count("pairs"), count("rounds")];
  const document = await documentWriter(values, `threads-${threads}`);
  const { pairs: rows, protocol, modelFolder: folder, modelName } = await openInputs(choice, {
    imagesAre: "ignored",
  }, {
    warn,
    called,
  });
  const clip = await Clip.load(folder, {
    towers: ["text"],
    device,
    threads,
    ...formChoice(choice),
  });
  const some = preparePairs(clip.text, rows, { protocol }).distinct.slice(0, limit);
  const groups = sweepGroups(clip.text, some);
  const engines = await engineNames(clip.text, groups);
  const fast = engines.filter((name) => name === FAST_ENGINE).length;
  const { refusal } = await rowEngine(clip.text); // the one that has been loaded
  const load = { phase: "load", seconds: (performance.now() - began) / 1000 };
  using costs = measuredParts(clip.text.tower.shape);
  const rounds: { readonly negscope: number; readonly reference: number | undefined }[] = [];
  let machine = 0;
  for (let round = 0; round < roundCount; round++) {
    machine = Math.max(machine, await multiplyRate(clip.text.tower.runtime, { threads }));
    const start = performance.now();
    await Array.fromAsync(runChanges(clip.text, groups));
    const negscope = (performance.now() - start) / 1000;
    const script = textFlag(values, "reference")!;
    const reference = python === undefined
      ? undefined
      : await runReference(python, script, { folder, some, threads });
    rounds.push({ negscope, reference });
  }
  const peak = process.resourceUsage().maxRSS / 1024; // before the arithmetic is counted
  const parts = PARTS.map(([phase, part]) => {
    const { milliseconds, operations } = costs[part];
    return {
      phase,
      seconds: milliseconds / 1000 / roundCount,
      operations: operations / roundCount,
    };
  }).filter(({ operations }) => operations > 0);
  const times = rounds.map(({ negscope }) => negscope);
  const isFast = fast === groups.length;
  const least = isFast ? leastOperations(clip.text.tower, groups) : undefined;
  const phases: Phase[] = [load, { phase: "trace", seconds: mean(times)! }];
  if (least !== undefined) {
    const { embed, project, attend, complete } = least;
    const operations = embed + project + attend + complete;
    if (parts.length > 0) {
      const made = parts.reduce((sum, { operations }) => sum + operations, embed);
      phases[1] = { ...phases[1]!, operations: made };
    }
    phases.push(...parts, { phase: "least arithmetic", seconds: operations / machine, operations });
  }
  const references = python === undefined ? undefined : rounds.map(({ reference }) => reference!);
  const shareOfBest = phases.at(-1)!.seconds / Math.min(...times);
  const processor = cpus()[0]?.model.trim();
  const report = [
    `${modelName}, ${groups.length} pairs, ${threads} ${
      threads === 1 ? "thread" : "threads"
    } of ${processor}; the machine's own rate ${(machine / 1e9).toFixed(0)} GFLOP/s; peak memory ${
      peak.toFixed(0)
    } MB.`,
    refusal?.message ??
      `${fast} pairs by the fast engine, ${groups.length - fast} by the general engine.`,
    ...isFast
      ? [
        `The best round reaches ${
          (100 * shareOfBest).toFixed(0)
        } % of the least arithmetic at the machine's own rate.`,
      ]
      : [],
    "",
    markdownTable(tableOf(
      "phases",
      phases.map(({ phase, seconds, operations }) => ({
        phase,
        seconds,
        "ms a pair": 1000 * seconds / groups.length,
        GFLOP: operations && operations / 1e9,
        "GFLOP/s": operations && operations / seconds / 1e9,
        share: operations && operations / seconds / machine,
      })),
    )),
    markdownTable(tableOf("rounds", [
      ...rounds.map(({ negscope, reference }, i) => roundOf(`${i + 1}`, negscope, reference)),
      roundOf("least", Math.min(...times), references && Math.min(...references)),
      roundOf("median", median(times)!, references && median(references)!),
    ])),
  ].join("\n");
  await clip.release();
  say(report);
  await document(report);
});

function roundOf(round: string, negscope: number, reference: number | undefined) {
  return { round, negscope, reference, ratio: reference && negscope / reference };
}

/** Measures one large matrix product in the ONNX runtime. Returns the best rate of 20 products, in floating-point operations per second. */
async function multiplyRate(runtime: Runtime, options: SessionOptions): Promise<number> {
  const session = await runtime.create(productModel(), "the matrix product", options);
  const data = new Float32Array(SIZE * SIZE).fill(0.5);
  const matrix: OnnxValue = { type: "float32", dims: [SIZE, SIZE], data };
  let best = Infinity;
  for (let round = 0; round < 20; round++) {
    const start = performance.now();
    await session.run(new Map([["a", matrix], ["b", matrix]]));
    best = Math.min(best, performance.now() - start);
  }
  await session.release();
  return 2 * SIZE ** 3 / (best / 1000);
}
