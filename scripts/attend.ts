/** The experiment attend as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { attend } from "../lib/experiments/attend/index.ts";

export const { help, flags, work } = taskOf(attend);

if (import.meta.main) await experimentTask(attend);
