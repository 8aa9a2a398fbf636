/**
 * Splits d exactly into what each head and MLP writes to the end token, and each head's part by the
 * tokens that it reads.
 *
 *     deno task attribute
 *     deno task attribute --image photo.jpg "There is a dog." "There is no dog."
 *     deno task attribute --model FOLDER --data existence.json --images FOLDER
 */

import { attribute } from "../lib/experiments/attribute/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(attribute);

if (import.meta.main) await runTask(help, flags, work);
