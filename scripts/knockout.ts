/** The experiment knockout as a task. */

import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";
import { knockout } from "../lib/experiments/knockout/index.ts";

export const { help, flags, work } = taskOf(knockout);

if (import.meta.main) await runTask(help, flags, work);
