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

const TASKS: Readonly<Record<string, () => Promise<Task>>> = {
  ablate: () => import("./scripts/ablate.ts"),
  atlas: () => import("./scripts/atlas.ts"),
  attend: () => import("./scripts/attend.ts"),
  attribute: () => import("./scripts/attribute.ts"),
  benchmark: () => import("./scripts/benchmark.ts"),
  card: () => import("./scripts/card.ts"),
  cards: () => import("./scripts/cards.ts"),
  circuit: () => import("./scripts/circuit.ts"),
  compare: () => import("./scripts/compare.ts"),
  contrast: () => import("./scripts/contrast.ts"),
  correlate: () => import("./scripts/correlate.ts"),
  download: () => import("./scripts/download.ts"),
  edit: () => import("./scripts/edit.ts"),
  evaluate: () => import("./scripts/evaluate.ts"),
  explore: () => import("./scripts/explore.ts"),
  figures: () => import("./scripts/figures.ts"),
  inspect: () => import("./scripts/inspect.ts"),
  knockout: () => import("./scripts/knockout.ts"),
  merge: () => import("./scripts/merge.ts"),
  pairs: () => import("./scripts/pairs.ts"),
  paper: () => import("./scripts/paper.ts"),
  paths: () => import("./scripts/paths.ts"),
  probe: () => import("./scripts/probe.ts"),
  score: () => import("./scripts/score.ts"),
  segment: () => import("./scripts/segment.ts"),
  shares: () => import("./scripts/shares.ts"),
  study: () => import("./scripts/study.ts"),
  trace: () => import("./scripts/trace.ts"),
  transplant: () => import("./scripts/transplant.ts"),
};

const descriptions = Object.entries(config.tasks).filter(([name]) => name in TASKS)
  .map(([name, { description }]) => [name, description] as const);
const name = await chosenTask(Object.fromEntries(descriptions), commandOf);
if (name !== undefined) {
  const { help, flags, work } = await TASKS[name]!();
  await runTask(help, flags, work, Deno.args.slice(1));
}
