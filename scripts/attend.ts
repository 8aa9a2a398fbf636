/** The experiment attend as a task. */

import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";
import { attend } from "../lib/experiments/attend/index.ts";

export const { help, flags, work } = taskOf(attend);

if (import.meta.main) await runTask(help, flags, work);
