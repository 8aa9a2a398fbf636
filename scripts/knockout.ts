/**
 * Sets each head's attention to the negator to 0 in the negated sentence and measures what that
 * does to S and d.
 *
 *     deno task knockout
 *     deno task knockout --model FOLDER --data existence.json --images FOLDER
 */

import { knockout } from "../lib/experiments/knockout/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(knockout);
