/**
 * Splits d exactly into what each head and MLP writes to the end token, and each head's part by the
 * tokens that it reads.
 *
 *     deno task attribute
 *     deno task attribute --image photo.jpg "There is a dog." "There is no dog."
 *     deno task attribute --model FOLDER --data existence.json --images FOLDER
 */

import { attribute } from "../lib/experiments/attribute/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(attribute);
