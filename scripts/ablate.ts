/**
 * Replaces each block's attention or MLP output in the image tower by that on a flat image and
 * measures what that does to d; with --tower text, the values of heads, MLPs, whole attention and
 * blocks of the text tower, by 0, their mean, or those of another sentence.
 *
 *     deno task ablate
 *     deno task ablate --model FOLDER --data existence.json --images FOLDER
 */

import { ablate } from "../lib/experiments/ablate/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(ablate);

if (import.meta.main) await runTask(help, flags, work);
