/**
 * Patches the residual stream at every combination of roles from the negator on, and gives each
 * role its Shapley share of d, layer by layer.
 *
 *     deno task shares
 *     deno task shares --model FOLDER --data existence.json --images FOLDER
 */

import { shares } from "../lib/experiments/shares/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(shares);

if (import.meta.main) await runTask(help, flags, work);
