/**
 * Patches single activations of the negated sentence into the affirmative one and maps how much of
 * d each restores.
 *
 *     deno task trace
 *     deno task trace --image photo.jpg "There is a dog." "There is no dog."
 *     deno task trace --model FOLDER --data existence.json --images FOLDER
 */

import { trace } from "../lib/experiments/trace/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(trace);
