/** Downloads what the real experiments need: a CLIP model, VALSE, the images that it names, a segmenter, CANNOT, and benchmarks. */

import { flagSet, type FlagValues, numberFlag } from "../lib/cli/flags.ts";
import { printError, type Progress, say, startProgress } from "../lib/show/terminal.ts";
import { runTask } from "../lib/cli/task.ts";
import { NegscopeError } from "../lib/errors/errors.ts";
import { nearestName } from "../lib/errors/kinds.ts";
import { commandOf } from "../lib/errors/command.ts";
import { FORMS } from "../lib/hub/model_files.ts";
import { CLIPSEG, DEFAULT_MODEL, parseHubName } from "../lib/hub/repository.ts";
import { BENCHMARK_SETS, isBenchmark } from "../lib/hub/download_data.ts";
import { wordLines } from "../lib/tables/words.ts";
import { TARGETS } from "./download/targets.ts";

export const help = {
  name: "download",
  needsOperands: true,
  operands: "clip [NAME[@REVISION]]|clipseg [NAME[@REVISION]]|valse|visual7w|cannot|data NAME|coco",
  does: `fetches what the real experiments need, checked, and goes on where it was cut.

${
    wordLines([
      {
        word: "clip",
        means:
          `a CLIP model (default: ${DEFAULT_MODEL}) into the Hub's cache, in the first of the forms of --form`,
      },
      { word: "clipseg", means: `the segmenter of the task segment (default: ${CLIPSEG})` },
      { word: "valse", means: "VALSE's existence.json" },
      { word: "visual7w", means: "the images that --data names, into results/download/visual7w" },
      { word: "cannot", means: "CANNOT, sentences with negation (CC BY-SA 4.0)" },
      {
        word: "data",
        means: `a benchmark, ${
          Object.keys(BENCHMARK_SETS).join(" or ")
        } (MIT), into results/download/NAME`,
      },
      { word: "coco", means: "the images of COCO's val2017 that the benchmark of --data names" },
    ])
  }
HF_ENDPOINT is another Hub, HF_TOKEN opens what is private (docs/guide/download.md).`,
  example: "clip openai/clip-vit-large-patch14 --out clip-vit-large-patch14",
};

export const flags = {
  out: {
    value: "FOLDER",
    help: "where the files go (default: results/download, of models the Hub's cache)",
  },
  form: {
    value: FORMS.join("|"),
    help: "the form of the weights (default: the first that there is)",
  },
  ...flagSet("onnx"),
  file: { value: "NAME", help: "only this file of the repository, for --weights" },
  data: {
    value: "FILE",
    help:
      "the file whose images are fetched (default: of visual7w results/download/existence.json)",
  },
  retries: {
    value: "N",
    help: "times to try again in a row (default: 5, at first 1)",
  },
  ...flagSet("quiet"),
};

const NAMES = Object.keys(TARGETS);

export async function work(values: FlagValues): Promise<void> {
  const [given = "", name, ...rest] = values.operands ?? [];
  const target = Object.hasOwn(TARGETS, given) ? TARGETS[given]! : undefined;
  if (target === undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot download "${given}"`,
      reason: hintFor(given),
    });
  }
  const extra = target.operand === undefined ? name : rest[0];
  if (extra !== undefined) {
    throw new NegscopeError("usage-argument-unexpected", {
      problem: `Cannot use "${extra}"`,
      expected: `${commandOf("download")} ${[given, target.operand ?? []].flat().join(" ")}`,
    });
  }
  for (const flag of ["form", "onnx", "file", "data"]) {
    const owners = NAMES.filter((name) => TARGETS[name]!.flags?.includes(flag));
    if (values[flag] === undefined || owners.includes(given)) continue;
    throw new NegscopeError("usage-argument-unexpected", {
      problem: `Cannot use --${flag} to download ${given}`,
      reason: `it is for ${commandOf("download")} ${owners.join(" or ")}`,
    });
  }
  const retries = numberFlag(values, "retries", { min: 0, max: 1000 });
  const failures = (retries ?? 5) + 1;
  const quiet = values["quiet"] === true;
  let shown: Progress | undefined;
  const onWait = (why: string, milliseconds: number) => {
    if (quiet) return;
    shown?.[Symbol.dispose]();
    printError(`Trying again in ${Math.ceil(milliseconds / 1000)} s: ${why}`);
  };
  try {
    await target.run({
      values,
      options: { patience: { failures, onWait } },
      bar: (label, total, unit) => shown = startProgress(label, { total, unit, quiet }),
      say: quiet ? () => {} : say,
    });
  } finally {
    shown?.[Symbol.dispose]();
  }
}

function hintFor(given: string): string {
  const nearest = nearestName(given, NAMES);
  if (nearest !== undefined) return `the nearest is ${nearest}`;
  if (isBenchmark(given)) return `for a benchmark write data before it, data ${given}`;
  if (parseHubName(given) !== undefined) return `for a model write clip before it, clip ${given}`;
  return `expected ${NAMES.join(", ")}`;
}

if (import.meta.main) await runTask(help, flags, work);
