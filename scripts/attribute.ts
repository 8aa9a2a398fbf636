/** The experiment attribute as a task. */

import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";
import { attribute } from "../lib/experiments/attribute/index.ts";

export const { help, flags, work } = taskOf(attribute);

if (import.meta.main) await runTask(help, flags, work);
