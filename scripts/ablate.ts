/** The experiment ablate as a task. */

import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";
import { ablate } from "../lib/experiments/ablate/index.ts";

export const { help, flags, work } = taskOf(ablate);

if (import.meta.main) await runTask(help, flags, work);
