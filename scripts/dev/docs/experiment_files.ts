/** The files outside of lib that follow from the list of experiments: a script and a task for each, and the README's table. */

import { evaluate } from "../../../lib/study/evaluate/index.ts";
import { ALL_EXPERIMENTS } from "../../../lib/experiments/all.ts";
import { readsOf } from "../../../lib/study/experiment/by_options.ts";
import type { AnyExperiment } from "../../../lib/study/experiment/experiment.ts";
import { replaceMarked } from "../../../lib/tables/text_table.ts";
import { alignedTable, wrapped } from "./markdown.ts";

/** Few pools of memory: glibc makes one for each thread, and a large run keeps what is free in all of them. */
const MEMORY = "MALLOC_ARENA_MAX=2";

/** The permissions of a task: to read and write files and to run ONNX Runtime. */
const PERMISSIONS =
  "--allow-ffi --allow-read --allow-write --allow-env=NEGSCOPE_DEBUG,HF_HUB_CACHE,HUGGINGFACE_HUB_CACHE,HF_HOME,XDG_CACHE_HOME,HOME,USERPROFILE,MALLOC_ARENA_MAX,npm_package_config_libvips";

export function experimentScript(experiment: AnyExperiment): string {
  const { name, does } = experiment;
  const images = readsOf(experiment, {}) === "text and images" ? " --images FOLDER" : "";
  const other = experiment.otherModel === undefined ? "" : " --from TUNED";
  const title = does[0]!.toUpperCase() + does.slice(1);
  return `/**
${wrapped(title, { bullet: " * " }).replaceAll("\n  ", "\n *").replaceAll("\n *  ", "\n * ")}
 *
 *     deno task ${name}${other && ` --model FOLDER${other}`}
 *     deno task ${name} --model FOLDER --data existence.json${images}${other}
 */

import { ${name} } from "../lib/${folderOf(name)}/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(${name});
`;
}

/** Where an experiment is: every result has the tables of `evaluate`, which are therefore in the room of the study. */
function folderOf(name: string): string {
  return name === evaluate.name ? "study/evaluate" : `experiments/${name}`;
}

export function withTasks(text: string): string {
  const config: { readonly tasks: Readonly<Record<string, unknown>> } = JSON.parse(text);
  const made = ALL_EXPERIMENTS.map(({ name, summary }) => [name, {
    description: plain(summary),
    command: `${MEMORY} deno run --no-prompt ${PERMISSIONS} scripts/${name}.ts`,
  }]);
  const names = made.map(([name]) => name);
  const others = Object.entries(config.tasks).filter(([name]) => !names.includes(name));
  const tasks = Object.fromEntries([...made, ...others]);
  return `${JSON.stringify({ ...config, tasks }, null, 2)}\n`;
}

export function withExperiments(text: string): string {
  const rows = ALL_EXPERIMENTS.map(({ name, summary }) => [`\`${name}\``, summary]);
  const table = alignedTable([["experiment", "finds out"], ...rows]);
  return replaceMarked(text, "experiments", `${table}\n`);
}

function plain(summary: string): string {
  const text = summary.replaceAll("`", "");
  return text[0]!.toUpperCase() + text.slice(1);
}
