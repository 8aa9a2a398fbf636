/**
 * How well a model tells a sentence from its negation.
 *
 *     deno task evaluate
 *     deno task evaluate --model FOLDER --data existence.json --images FOLDER
 */

import { evaluate } from "../lib/experiments/evaluate/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(evaluate);
