/**
 * Patches single activations of the negated sentence into the affirmative one and maps how much of
 * d each restores.
 *
 *     deno task trace
 *     deno task trace --image photo.jpg "There is a dog." "There is no dog."
 *     deno task trace --model FOLDER --data existence.json --images FOLDER
 */

import { trace } from "../lib/experiments/trace/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(trace);

if (import.meta.main) await runTask(help, flags, work);
