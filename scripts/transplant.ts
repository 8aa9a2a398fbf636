/**
 * Puts the blocks, single values and parts of another model into this one, and gives each the share
 * of the other's difference that comes with it.
 *
 *     deno task transplant --model FOLDER --from TUNED
 *     deno task transplant --model FOLDER --data existence.json --images FOLDER --from TUNED
 */

import { transplant } from "../lib/experiments/transplant/index.ts";
import { taskOf } from "../lib/cli/experiment_task.ts";
import { runTask } from "../lib/cli/task.ts";

export const { help, flags, work } = taskOf(transplant);

if (import.meta.main) await runTask(help, flags, work);
