/**
 * Scores the files of published benchmarks: multiple choice between sentences or boxes, and retrieval.
 *
 *     deno task benchmark
 *     deno task benchmark --model openai/clip-vit-base-patch32 --data COCO_val_mcq.csv --images coco
 */

import { BENCHMARK_FORMATS } from "../lib/benchmark/formats/all.ts";
import { BENCHMARK_WORDS } from "../lib/benchmark/findings.ts";
import {
  choiceOf,
  flagOf,
  flagSet,
  MODEL_FLAGS,
  optionFlag,
  settingsOf,
} from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";
import { BENCHMARK_FILES, runBenchmark } from "../lib/runs/benchmark/run_benchmark.ts";
import { BENCHMARK_OPTIONS } from "../lib/runs/benchmark/inputs.ts";

const HELP = {
  name: "benchmark",
  does:
    `scores the file of a benchmark, counts ties in the open, and writes beside each accuracy what is had without looking. Files are recognised by their content:

${
      BENCHMARK_FORMATS.map(({ name, title, form }) => `  ${name.padEnd(19)}${title}: ${form}`)
        .join("\n")
    }

A file of lines of JSON is read as an array. Paths of images in the file are looked for in --images, then without their first folders.`,
  example: "deno task benchmark --data choices.csv --images images",
  writes: BENCHMARK_FILES,
  words: BENCHMARK_WORDS,
};

const FLAGS = {
  ...flagSet(...MODEL_FLAGS, "activation", "random-weights"),
  data: { value: "FILE", help: "the benchmark's file (default: the embedded drawings)" },
  ...flagSet("images", "image-embeddings"),
  benchmark: flagOf(BENCHMARK_OPTIONS.benchmark),
  published: { help: BENCHMARK_OPTIONS.published.help },
  unnormalised: { help: BENCHMARK_OPTIONS.unnormalised.help },
  control: flagOf(BENCHMARK_OPTIONS.control),
  limit: { value: "N", help: "only N rows, drawn with --seed" },
  ...flagSet("skip-bad"),
  cluster: flagOf(BENCHMARK_OPTIONS.cluster),
  ...flagSet(
    "seed",
    "out",
    "overwrite",
    "cache",
    "format",
    "venue",
    "font",
    "spreadsheet",
    "quiet",
  ),
};

await runTask(HELP, FLAGS, async (values) => {
  const { cluster: _, ...rest } = values;
  const { protocol: __, ...choice } = choiceOf(rest);
  const task = {
    ...choice,
    benchmark: optionFlag(values, "benchmark", BENCHMARK_OPTIONS.benchmark),
    published: values["published"] === true,
    unnormalised: values["unnormalised"] === true,
    control: optionFlag(values, "control", BENCHMARK_OPTIONS.control),
    cluster: optionFlag(values, "cluster", BENCHMARK_OPTIONS.cluster),
  };
  await runBenchmark(task, settingsOf(values, HELP));
});
