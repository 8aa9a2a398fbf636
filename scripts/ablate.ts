/**
 * Replaces each block's attention or MLP output in the image tower by that on a flat image and
 * measures what that does to d.
 *
 *     deno task ablate
 *     deno task ablate --model FOLDER --data existence.json --images FOLDER
 */

import { ablate } from "../lib/experiments/ablate/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(ablate);
