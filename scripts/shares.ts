/** The experiment shares as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { shares } from "../lib/experiments/shares/index.ts";

export const { help, flags, work } = taskOf(shares);

if (import.meta.main) await experimentTask(shares);
