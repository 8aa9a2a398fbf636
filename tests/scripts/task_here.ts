/** Runs tasks of experiments within the test's own process, in a tenth of the time that a separate process takes. */

import { taskOf } from "../../lib/cli/experiment_task.ts";
import { exitCodeOfTask } from "../../lib/cli/task.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { runTask, type TaskResult } from "./task_process.ts";

let last: Promise<unknown> = Promise.resolve();

/** Runs a task: an experiment's in this process, one at a time, since they share the console; any other as a separate process. */
export async function runHere(task: string, flags: readonly string[]): Promise<TaskResult> {
  const experiment = ALL_EXPERIMENTS.find(({ name }) => name === task);
  if (experiment === undefined) return await runTask(task, flags);
  const run = last.then(() =>
    withConsole((args) => exitCodeOfTask(taskOf(experiment), args), flags)
  );
  last = run.catch(() => undefined);
  return await run;
}

async function withConsole(
  run: (args: readonly string[]) => Promise<number>,
  args: readonly string[],
): Promise<TaskResult> {
  const { log, error } = console;
  const lines = { stdout: "", stderr: "" };
  console.log = (line: unknown) => void (lines.stdout += `${line}\n`);
  console.error = (line: unknown) => void (lines.stderr += `${line}\n`);
  try {
    return { code: await run(args), ...lines };
  } finally {
    console.log = log;
    console.error = error;
  }
}
