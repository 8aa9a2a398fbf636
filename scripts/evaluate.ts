/** The experiment evaluate as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { evaluate } from "../lib/study/evaluate/index.ts";

export const { help, flags, work } = taskOf(evaluate);

if (import.meta.main) await experimentTask(evaluate);
