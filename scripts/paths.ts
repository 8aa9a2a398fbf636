/**
 * Splits what each head and MLP does to d into a direct part and one through later blocks, and
 * patches every path into the queries, keys and values of some heads.
 *
 *     deno task paths
 *     deno task paths --image photo.jpg "There is a dog." "There is no dog."
 *     deno task paths --model FOLDER --data existence.json --images FOLDER
 */

import { paths } from "../lib/experiments/paths/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(paths);

if (import.meta.main) await runTask(help, flags, work);
