/** The experiment attribute as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { attribute } from "../lib/experiments/attribute/index.ts";

export const { help, flags, work } = taskOf(attribute);

if (import.meta.main) await experimentTask(attribute);
