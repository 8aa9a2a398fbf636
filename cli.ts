/**
 * The command `negscope`, which runs every task of the kit on a machine without a checkout; in one, `deno task NAME` does the same.
 *
 * ```sh
 * deno install --global --name negscope --allow-ffi --allow-read --allow-write --allow-env --allow-net jsr:@negscope/negscope/cli
 * negscope trace --help
 * ```
 *
 * @module
 */

import config from "./deno.json" with { type: "json" };
import { chosenTask, runTask, type Task } from "./lib/cli/task.ts";
import { commandOf } from "./lib/errors/command.ts";

/** The tasks besides those of experiments. */
const TASKS: Readonly<Record<string, () => Promise<Task>>> = {
  atlas: () => import("./scripts/atlas.ts"),
  benchmark: () => import("./scripts/benchmark.ts"),
  card: () => import("./scripts/card.ts"),
  cards: () => import("./scripts/cards.ts"),
  compare: () => import("./scripts/compare.ts"),
  contrast: () => import("./scripts/contrast.ts"),
  download: () => import("./scripts/download.ts"),
  edit: () => import("./scripts/edit.ts"),
  explore: () => import("./scripts/explore.ts"),
  figures: () => import("./scripts/figures.ts"),
  inspect: () => import("./scripts/inspect.ts"),
  merge: () => import("./scripts/merge.ts"),
  pairs: () => import("./scripts/pairs.ts"),
  paper: () => import("./scripts/paper.ts"),
  score: () => import("./scripts/score.ts"),
  segment: () => import("./scripts/segment.ts"),
  study: () => import("./scripts/study.ts"),
};

async function taskOfExperiment(name: string): Promise<Task> {
  const { taskOf } = await import("./lib/cli/experiment_task.ts");
  const { experimentNamed } = await import("./lib/experiments/all.ts");
  return taskOf(experimentNamed(name));
}

const descriptions = Object.entries(config.tasks)
  .filter(([name, { command }]) => command.endsWith(` cli.ts ${name}`))
  .map(([name, { description }]) => [name, description] as const);
const name = await chosenTask(Object.fromEntries(descriptions), commandOf);
if (name !== undefined) {
  const { help, flags, work } = await (TASKS[name]?.() ?? taskOfExperiment(name));
  await runTask(help, flags, work, Deno.args.slice(1));
}
