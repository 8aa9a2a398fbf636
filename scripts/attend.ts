/**
 * Which attention heads look at the negator.
 *
 *     deno task attend
 *     deno task attend --model FOLDER --data existence.json
 */

import { attend } from "../lib/experiments/attend/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(attend);
