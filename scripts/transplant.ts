/** The experiment transplant as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { transplant } from "../lib/experiments/transplant/index.ts";

export const { help, flags, work } = taskOf(transplant);

if (import.meta.main) await experimentTask(transplant);
