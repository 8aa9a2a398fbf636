/**
 * Measures how fast a model is traced on this machine.
 *
 *     deno task bench --model FOLDER --data existence.json --pairs 300 --threads 1
 *     deno task bench --model FOLDER --data existence.json --pairs 300 --threads 1 --rounds 3 --compare python3
 *     deno task bench --model FOLDER --data existence.json --pairs 300 --threads 2 --copies 1,4,16
 */

import { wholeNumber } from "../../lib/options/option.ts";
import { runReference } from "./reference.ts";
import { copyPairs, growthOf, sweepGroups, timeSweep } from "./time_sweep.ts";
import {
  choiceOf,
  flagSet,
  MODEL_FLAGS,
  numberFlag,
  readFlag,
  settingsOf,
  textFlag,
  valueWrong,
} from "../../lib/cli/flags.ts";
import { cpus } from "node:os";
import process from "node:process";
import { NO_COSTS, type RowCosts } from "../../lib/engine/rows/row_tower.ts";
import { preparePairs } from "../../lib/study/rows/prepare.ts";
import { sweepPhases } from "./phases.ts";
import { rowEngine } from "../../lib/engine/changes/row_engine.ts";
import { engineNames } from "../../lib/engine/changes/run_changes.ts";
import { gradientCosts } from "./gradient_costs.ts";
import { markdownTable } from "../../lib/tables/text_table.ts";
import { DOCUMENT, documentWriter } from "./document.ts";
import { growthTable, phaseTable, roundTable } from "./speed_tables.ts";
import { Stopwatch } from "../../lib/study/experiment/measure_rows.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { formChoice } from "../../lib/opening/model_files.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import { say } from "../../lib/show/terminal.ts";
import { runTask } from "../../lib/cli/task.ts";
import { productModel } from "../../lib/onnx/ort_runtime.ts";
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
  copies: {
    value: "LIST",
    help: "times each pair, with other subjects each time; 1,4,16 tells how time and memory grow",
    default: "1",
  },
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

await runTask(HELP, FLAGS, async (values) => {
  const stopwatch = new Stopwatch();
  const count = (name: "pairs" | "rounds") => numberFlag(values, name, { min: 1, max: 1e6 })!;
  const choice = choiceOf(values);
  const { bar, called, warn } = settingsOf(values, HELP);
  const threads = choice.threads;
  const python = textFlag(values, "compare");
  const [limit, roundCount] = [count("pairs"), count("rounds")];
  const copies = (textFlag(values, "copies") ?? "").split(",").map((text) =>
    readFlag("copies", text.trim(), wholeNumber({ min: 1, max: 1e6, help: "" }))!
  );
  const document = await documentWriter(
    values,
    `${copies.length > 1 ? "growth" : "threads"}-${threads}`,
  );
  if (python !== undefined && `${copies}` !== "1") { // copies have tokens but no sentences
    throw valueWrong("--copies", `${copies}`, "1 beside --compare");
  }
  const { pairs: rows, protocol, modelFolder: folder, modelName } = await openInputs(choice, {
    imagesAre: "ignored",
    warn,
    called,
  });
  const clip = await stopwatch.measure(
    "load",
    () =>
      Clip.load(folder, {
        towers: ["text"],
        device: choice.device,
        threads,
        ...formChoice(choice),
      }),
  );
  const { distinct } = preparePairs(clip.text, rows, { protocol });
  const some = distinct.slice(0, limit);
  const groups = sweepGroups(clip.text, copyPairs(some, Math.max(...copies)));
  const engines = await stopwatch.measure("load", () => engineNames(clip.text, groups));
  const engine = await rowEngine(clip.text); // the one that has been loaded
  const device = choice.device === "cpu" ? "" : `${choice.device} beside `;
  const processor = `${threads} ${threads === 1 ? "thread" : "threads"} of ${
    cpus()[0]?.model.trim()
  }`;
  const where = device + processor;
  const finish = async (report: string) => {
    await clip.release();
    say(report);
    await document(report);
  };
  if (copies.length > 1) {
    const growth = await growthOf(clip.text, some, { copies, rounds: roundCount, bar });
    const table = markdownTable(growthTable(growth));
    return await finish(`${modelName}, ${where}.\n\n${table}`);
  }
  const loaded = engine.streams?.costs ?? NO_COSTS;
  const rounds: { negscope: number; reference?: number }[] = [];
  let machine = 0;
  for (let round = 0; round < roundCount; round++) {
    machine = Math.max(machine, await multiplyRate(clip.text.tower.runtime, { threads }));
    const negscope = await timeSweep(clip.text, groups, bar("trace"));
    rounds.push(
      python === undefined ? { negscope } : {
        negscope,
        reference: await runReference(python, textFlag(values, "reference")!, {
          folder,
          some,
          threads,
        }),
      },
    );
  }
  const peak = process.resourceUsage().maxRSS / 1024; // before the arithmetic is counted
  const spent = engine.streams?.costs ?? NO_COSTS;
  const perRound = (part: keyof RowCosts) => ({
    milliseconds: (spent[part].milliseconds - loaded[part].milliseconds) / roundCount,
    operations: (spent[part].operations - loaded[part].operations) / roundCount,
  });
  const { phases, fast, least } = sweepPhases({
    groups,
    engines,
    machine,
    tower: clip.text.tower,
    seconds: rounds.reduce((sum, { negscope }) => sum + negscope, 0) / roundCount,
    costs: {
      project: perRound("project"),
      attend: perRound("attend"),
      complete: perRound("complete"),
    },
  });
  const { forward, both } = await gradientCosts(clip.text.tower, some[0]!.negated.ids);
  const load = { phase: "load", seconds: stopwatch.seconds["load"]! };
  const best = Math.min(...rounds.map(({ negscope }) => negscope));
  await finish([
    `${modelName}, ${groups.length} pairs, ${where}; the machine's own rate ${
      (machine / 1e9).toFixed(0)
    } GFLOP/s; peak memory ${peak.toFixed(0)} MB.`,
    engine.refusal?.message ??
      `${fast} pairs by the fast engine, ${groups.length - fast} by the general engine.`,
    ...(least === undefined ? [] : [
      `The best round reaches ${
        (100 * least / machine / best).toFixed(0)
      } % of the least arithmetic at the machine's own rate.`,
    ]),
    `With gradients a run takes ${(both / forward).toFixed(2)} times as long.`,
    "",
    markdownTable(phaseTable([load, ...phases], { pairs: groups.length, machine })),
    markdownTable(roundTable(rounds)),
  ].join("\n"));
});

/** Measures one large matrix product in the ONNX runtime. Returns the best rate of 20 products, in floating-point operations per second. */
async function multiplyRate(
  runtime: Runtime,
  options: SessionOptions = {},
): Promise<number> {
  const session = await runtime.create(productModel(), "the matrix product", options);
  try {
    const matrix: OnnxValue = {
      type: "float32",
      dims: [SIZE, SIZE],
      data: new Float32Array(SIZE * SIZE).fill(0.5),
    };
    let best = Infinity;
    for (let round = 0; round < 20; round++) {
      const start = performance.now();
      await session.run(new Map([["a", matrix], ["b", matrix]]));
      best = Math.min(best, performance.now() - start);
    }
    return 2 * SIZE ** 3 / (best / 1000);
  } finally {
    await session.release();
  }
}
