/**
 * Ranks heads and MLPs, keeps the first ones, gives all others their values of the affirmative run,
 * and measures how much of d is left; finds a small set that is enough on both sides, and tests it.
 *
 *     deno task circuit
 *     deno task circuit --model FOLDER --data existence.json --images FOLDER
 */

import { circuit } from "../lib/experiments/circuit/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(circuit);

if (import.meta.main) await runTask(help, flags, work);
