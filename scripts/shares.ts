/**
 * Patches the residual stream at every combination of roles from the negator on, and gives each
 * role its Shapley share of d, layer by layer.
 *
 *     deno task shares
 *     deno task shares --model FOLDER --data existence.json --images FOLDER
 */

import { shares } from "../lib/experiments/shares/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(shares);
