/**
 * Downloads what the real experiments need: a CLIP model, VALSE, the images that it names, a segmenter, CANNOT, and benchmarks.
 *
 *     deno task download clip
 *     deno task download clipseg
 *     deno task download valse
 *     deno task download visual7w
 *     deno task download cannot
 *     deno task download data sugarcrepe
 */

import { closest, distance } from "fastest-levenshtein";
import { flagSet, helpText, numberFlag } from "../lib/cli/flags.ts";
import { printError, type Progress, say, startProgress } from "../lib/show/terminal.ts";
import { onInterruption, runTask } from "../lib/cli/task.ts";
import { NegscopeError } from "../lib/errors.ts";
import { FORMS } from "../lib/hub/model_files.ts";
import { CLIPSEG, DEFAULT_MODEL, parseHubName } from "../lib/hub/repository.ts";
import { BENCHMARK_SETS, isBenchmark } from "../lib/hub/hosts.ts";
import { TARGETS } from "./download/targets.ts";

const HELP = {
  name: "download",
  operands: "clip [NAME[@REVISION]]|clipseg [NAME[@REVISION]]|valse|visual7w|cannot|data NAME|coco",
  does: `fetches what the real experiments need, checked, and goes on where it was cut.

  clip        a CLIP model of the Hub (default: ${DEFAULT_MODEL}, one commit, whose files this
              kit knows) into the Hub's cache, where --model finds it by its name, or into --out.
              It takes the settings, the tokenizer and one form of the weights, the first there is of
                safetensors  model.safetensors, also in shards, with config.json
                bin          pytorch_model.bin, also in shards, with config.json
                open_clip    open_clip_model.safetensors and its older names, with open_clip_config.json
                onnx         onnx/, with config.json
              unless --form names another; --onnx takes onnx with this suffix. --file takes one file, such
              as a .pt without settings. The cache is HF_HUB_CACHE, HF_HOME/hub or
              XDG_CACHE_HOME/huggingface/hub, the first that is set; otherwise ~/.cache/huggingface/hub
  clipseg     the segmenter of the task segment (default: ${CLIPSEG}) in the same way:
              its settings, and onnx/model.onnx of full precision or with the suffix of --onnx
  valse       VALSE's existence.json into results/download, or into --out
  visual7w    the images that --data names (default: results/download/existence.json)
              into results/download/visual7w, or into --out
  cannot      cannot_dataset_v1.1.tsv, sentences for generalise (CC BY-SA 4.0), one commit, whose file
              this kit knows, into results/download, or into --out
  data        the files of a benchmark of the task benchmark, ${
    Object.keys(BENCHMARK_SETS).join(" or ")
  } (MIT), into
              results/download/NAME, or into --out; licence and size are printed first
  coco        the images of COCO's val2017 that the benchmark of --data names, out of its archive,
              into results/download/coco, or into --out

  HF_ENDPOINT is another Hub than https://huggingface.co, HF_TOKEN opens what is private.`,
  endsItself: true,
  example: "deno task download clip openai/clip-vit-large-patch14 --out clip-vit-large-patch14",
};

const FLAGS = {
  out: {
    value: "FOLDER",
    help: "where the files go (default: results/download, of models the Hub's cache)",
  },
  form: {
    value: FORMS.join("|"),
    help: "the form of the weights, if there are several (default: the first in this order)",
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
    help: "times to try again in a row (default: 5; only 1 while no server has answered at all)",
  },
  ...flagSet("quiet"),
};

const NAMES = Object.keys(TARGETS);

await runTask(HELP, FLAGS, async (values) => {
  const [given, name, ...rest] = values.operands ?? [];
  if (given === undefined) {
    printError(helpText(HELP, FLAGS));
    throw new NegscopeError("usage-value-missing", {
      problem: "Cannot download without a target",
      expected: `one of ${NAMES.join(", ")} after "deno task download"`,
    });
  }
  const target = Object.hasOwn(TARGETS, given) ? TARGETS[given]! : undefined;
  if (target === undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot download "${given}"`,
      subject: given,
      reason: hintFor(given),
    });
  }
  const extra = target.operand === undefined ? name : rest[0];
  if (extra !== undefined) {
    throw new NegscopeError("usage-argument-unexpected", {
      problem: `Cannot use "${extra}"`,
      expected: `deno task download ${[given, target.operand ?? []].flat().join(" ")}`,
    });
  }
  for (const flag of ["form", "onnx", "file", "data"]) {
    const owners = NAMES.filter((name) => TARGETS[name]!.flags?.includes(flag));
    if (values[flag] === undefined || owners.includes(given)) continue;
    throw new NegscopeError("usage-argument-unexpected", {
      problem: `Cannot use --${flag} to download ${given}`,
      subject: `--${flag}`,
      reason: `it is for deno task download ${owners.join(" or ")}`,
    });
  }
  const retries = numberFlag(values, "retries", { min: 0, max: 1000 });
  const failures = (retries ?? 5) + 1;
  const unanswered = retries === undefined ? {} : { unanswered: failures };
  const quiet = values["quiet"] === true;
  let shown: Progress | undefined;
  const onWait = (why: string, milliseconds: number) => {
    if (quiet) return;
    shown?.end();
    printError(`Trying again in ${Math.ceil(milliseconds / 1000)} s: ${why}`);
  };
  const stop = new AbortController();
  using _listening = onInterruption((signal) =>
    stop.abort(
      new NegscopeError("download-interrupted", {
        problem: "Interrupted",
        subject: signal,
        reason: "what has come is kept",
        fix: "run the same command again to go on",
      }),
    )
  );
  try {
    await target.run({
      values,
      options: { patience: { failures, ...unanswered, onWait }, signal: stop.signal },
      bar: (label, total, unit) => shown = startProgress(label, { total, unit, quiet }),
      say: quiet ? () => {} : say,
    });
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    shown?.end();
  }
});

function hintFor(given: string): string {
  const nearest = closest(given.toLowerCase(), NAMES);
  if (distance(given.toLowerCase(), nearest) <= 3) return `the nearest is ${nearest}`;
  if (isBenchmark(given)) return `for a benchmark write data before it, data ${given}`;
  if (parseHubName(given) !== undefined) return `for a model write clip before it, clip ${given}`;
  return `expected ${NAMES.join(", ")}`;
}
