/**
 * Which features of the data go with d.
 *
 *     deno task correlate
 *     deno task correlate --model FOLDER --data existence.json --images FOLDER
 */

import { correlate } from "../lib/experiments/correlate/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(correlate);
