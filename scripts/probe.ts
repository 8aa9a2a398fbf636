/**
 * Fits probes and directions to the residual stream at the end token, tests them on sentence pairs
 * that they have not seen, and measures how much of d returns if these directions are patched.
 *
 *     deno task probe
 *     deno task probe --model FOLDER --data existence.json --images FOLDER
 */

import { probe } from "../lib/experiments/probe/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(probe);

if (import.meta.main) await runTask(help, flags, work);
