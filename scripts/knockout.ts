/**
 * Sets each head's attention to the negator to 0 in the negated sentence, and as a control that to
 * its twin in the affirmative one, and measures what that does to S and d; some or all heads are
 * also knocked out together.
 *
 *     deno task knockout
 *     deno task knockout --image photo.jpg "There is a dog." "There is no dog."
 *     deno task knockout --model FOLDER --data existence.json --images FOLDER
 */

import { knockout } from "../lib/experiments/knockout/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(knockout);

if (import.meta.main) await runTask(help, flags, work);
