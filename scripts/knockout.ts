/** The experiment knockout as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { knockout } from "../lib/experiments/knockout/index.ts";

export const { help, flags, work } = taskOf(knockout);

if (import.meta.main) await experimentTask(knockout);
