/**
 * Runs a study file, models x data x experiments, in one folder, here or job by job by an engine.
 *
 *     deno task study examples/study.json --out results/study
 *     deno task study examples/study.json --dry-run
 */

import { settingsOf } from "../lib/cli/choice.ts";
import { textFlag } from "../lib/cli/flag_values.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";
import { resolve } from "node:path";
import { readGrid } from "../lib/grid/file/read_grid.ts";
import { measureMachine } from "../lib/grid/plan/machine.ts";
import { planOf } from "../lib/grid/plan/plan.ts";
import { countRows } from "../lib/grid/plan/rows.ts";
import { runGrid } from "../lib/grid/run_grid.ts";
import { jobNamed, runJob } from "../lib/grid/run_job.ts";
import { say } from "../lib/cli/say.ts";

const HELP = {
  name: "study",
  operands: "FILE",
  needsOperands: true,
  does:
    "runs every experiment of a study file on every model and all data, each in a folder, and writes one table and one report over all. The same command goes on after an interruption.",
  example: "deno task study examples/study.json --out results/study",
  writes: ["study.csv", "MODEL/DATA/EXPERIMENT/"],
};

const FLAGS = {
  ...flagSet("out"),
  plan: { help: "prints the jobs as JSON, for an engine; nothing is run" },
  job: { value: "NAME", help: "does only this job of the plan" },
  ...flagSet("overwrite", "format", "venue", "font", "quiet"),
};

await runTask(HELP, FLAGS, async (values) => {
  const settings = settingsOf(values, HELP);
  const out = resolve(settings.out);
  const grid = await readGrid(values.operands![0]!);
  if (values["plan"] === true) {
    const [rows, machine] = [await countRows(grid), await measureMachine(grid)];
    say(JSON.stringify(planOf(grid, { out, flags: [], rows, machine }), null, 2));
    return;
  }
  const name = textFlag(values, "job");
  const how = { ...settings, out };
  if (name !== undefined) await runJob(grid, jobNamed(grid, name, out), how);
  else {
    const begins = ({ name }: { readonly name: string }, i: number, n: number) =>
      settings.say(`Job ${i} of ${n}: ${name}`);
    await runGrid(grid, { ...how, begins });
  }
});
