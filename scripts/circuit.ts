/** The experiment circuit as a task. */

import { experimentTask, taskOf } from "../lib/cli/experiment_task.ts";
import { circuit } from "../lib/experiments/circuit/index.ts";

export const { help, flags, work } = taskOf(circuit);

if (import.meta.main) await experimentTask(circuit);
