/**
 * What each part of the image tower adds to d.
 *
 *     deno task ablate
 *     deno task ablate --model FOLDER --data existence.json --images FOLDER
 */

import { ablate } from "../lib/experiments/ablate/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(ablate);
