/** The experiment ablate as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { ablate } from "../lib/experiments/ablate/index.ts";

export const { help, flags, work } = taskOf(ablate);

if (import.meta.main) await experimentTask(ablate);
