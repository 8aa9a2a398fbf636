/** The experiment trace as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { trace } from "../lib/experiments/trace/index.ts";

export const { help, flags, work } = taskOf(trace);

if (import.meta.main) await experimentTask(trace);
