/**
 * Causal tracing: where in the text tower negation lives.
 *
 *     deno task trace
 *     deno task trace --model FOLDER --data existence.json --images FOLDER --out results/vit-b-32
 */

import { trace } from "../lib/experiments/trace/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(trace);
