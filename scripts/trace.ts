/** The experiment trace as a task. */

import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";
import { trace } from "../lib/experiments/trace/index.ts";

export const { help, flags, work } = taskOf(trace);

if (import.meta.main) await runTask(help, flags, work);
