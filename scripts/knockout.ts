/**
 * Do the heads that look at the negator matter? Each head's attention to it is taken away.
 *
 *     deno task knockout
 *     deno task knockout --model FOLDER --data existence.json --images FOLDER
 */

import { knockout } from "../lib/experiments/knockout/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(knockout);
