/**
 * Correlates similarity of the sentences, their length and the subject's size with d, and audits
 * repeated sentences.
 *
 *     deno task correlate
 *     deno task correlate --model FOLDER --data existence.json --images FOLDER
 */

import { correlate } from "../lib/experiments/correlate/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(correlate);

if (import.meta.main) await runTask(help, flags, work);
