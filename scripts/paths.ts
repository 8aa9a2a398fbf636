/** The experiment paths as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { paths } from "../lib/experiments/paths/index.ts";

export const { help, flags, work } = taskOf(paths);

if (import.meta.main) await experimentTask(paths);
