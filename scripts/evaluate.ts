/**
 * Scores every pair, S = 100 x cosine and d = S(caption) - S(foil), with segments and accuracy.
 *
 *     deno task evaluate
 *     deno task evaluate --model FOLDER --data existence.json --images FOLDER
 */

import { evaluate } from "../lib/study/evaluate/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(evaluate);

if (import.meta.main) await runTask(help, flags, work);
