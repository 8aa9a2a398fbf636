/** The experiment probe as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { probe } from "../lib/experiments/probe/index.ts";

export const { help, flags, work } = taskOf(probe);

if (import.meta.main) await experimentTask(probe);
