import { paths } from "../lib/experiments/paths/index.ts";
import { experimentTask } from "../lib/cli/experiment_task.ts";

await experimentTask(paths);
