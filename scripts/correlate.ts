/** The experiment correlate as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { correlate } from "../lib/experiments/correlate/index.ts";

export const { help, flags, work } = taskOf(correlate);

if (import.meta.main) await experimentTask(correlate);
