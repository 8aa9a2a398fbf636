/**
 * Compares how much every head attends to the negator and to its twin; without images what depends
 * on d stays empty.
 *
 *     deno task attend
 *     deno task attend "There is a dog." "There is no dog."
 *     deno task attend --model FOLDER --data existence.json
 */

import { attend } from "../lib/experiments/attend/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(attend);

if (import.meta.main) await runTask(help, flags, work);
