/** The experiment shares as a task. */

import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";
import { shares } from "../lib/experiments/shares/index.ts";

export const { help, flags, work } = taskOf(shares);

if (import.meta.main) await runTask(help, flags, work);
