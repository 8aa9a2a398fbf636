/** The experiment paths as a task. */

import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";
import { paths } from "../lib/experiments/paths/index.ts";

export const { help, flags, work } = taskOf(paths);

if (import.meta.main) await runTask(help, flags, work);
