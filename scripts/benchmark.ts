/** Scores the files of published benchmarks: multiple choice between sentences or boxes, and retrieval. */

import {
  choiceOf,
  flagOf,
  flagSet,
  type FlagValues,
  MODEL_FLAGS,
  optionFlag,
  OUTPUT_FLAGS,
  settingsOf,
} from "../lib/cli/flags.ts";
import { runBenchmark } from "../lib/runs/benchmark/run_benchmark.ts";
import { BENCHMARK_OPTIONS } from "../lib/runs/benchmark/inputs.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "benchmark",
  does:
    "scores the file of a benchmark, counts ties in the open, and writes beside each accuracy what is had without looking. The file is recognised by its content; docs/benchmarks.md has the forms.",
  example: "--data choices.csv --images images",
};

export const flags = {
  ...flagSet(...MODEL_FLAGS, "activation", "random-weights", "images", "image-embeddings"),
  ...flagSet("limit", "skip-bad", "seed", ...OUTPUT_FLAGS),
  data: { value: "FILE", help: "the benchmark's file (default: the embedded drawings)" },
  benchmark: { value: "NAME", help: BENCHMARK_OPTIONS.benchmark.help },
  published: { help: BENCHMARK_OPTIONS.published.help },
  unnormalised: { help: BENCHMARK_OPTIONS.unnormalised.help },
  control: flagOf(BENCHMARK_OPTIONS.control),
  cluster: flagOf(BENCHMARK_OPTIONS.cluster),
};

export async function work(values: FlagValues): Promise<void> {
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
  await runBenchmark(task, settingsOf(values, help));
}

if (import.meta.main) await runTask(help, flags, work);
