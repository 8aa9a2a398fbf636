/** Runs a study file, models x data x experiments, in one folder: here, or job by job by an engine. */

import { say } from "../lib/show/terminal.ts";
import { resolve } from "node:path";
import { shellWord } from "../lib/options/values.ts";
import {
  type FlagSet,
  flagSet,
  type FlagValues,
  refuseTogether,
  RESULT_FLAGS,
  settingsOf,
  textFlag,
} from "../lib/cli/flags.ts";
import { readGrid } from "../lib/grid/read_grid.ts";
import { dryRunText, planHere, refuseMissing } from "../lib/grid/plan_here.ts";
import { writeSlurm } from "../lib/grid/slurm.ts";
import { jobNamed, runGrid, runJob } from "../lib/grid/run_grid.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "study",
  operands: "FILE",
  needsOperands: true,
  does:
    "runs every experiment of a study file on every model and all data, each run in a folder, and writes one table and one report over all (docs/study.md). The same command goes on after an interruption.",
  example: "examples/study.json --out results/study",
};

const PICTURES: FlagSet = flagSet(...RESULT_FLAGS);

export const flags = {
  ...flagSet("out"),
  "dry-run": { help: "says what would run, and about how much time, memory and disk it takes" },
  plan: { help: "prints the jobs as JSON, for an engine" },
  job: { value: "NAME", help: "does only this job of the plan" },
  slurm: { value: "FOLDER", help: "writes job arrays of Slurm into FOLDER, and submit.sh" },
  ...flagSet("overwrite"),
  ...PICTURES,
  ...flagSet("quiet"),
};

/** Each says what is done with the jobs in place of running them all here. */
const MODES = ["plan", "job", "dry-run", "slurm"] as const;

/** The flags that every job of a plan has too. With --slurm, --overwrite is consent for its files alone: a task that is requeued would begin anew. */
function flagsOf(values: FlagValues): string[] {
  const valued = Object.entries(PICTURES).flatMap(([name, { default: standard }]) => {
    if (values[name] === true) return [`--${name}`];
    const text = textFlag(values, name);
    if (text === undefined || text === standard) return [];
    return [`--${name}`, name === "font" ? resolve(text) : text];
  });
  const isPassedOn = values["overwrite"] === true && values["slurm"] === undefined;
  return isPassedOn ? [...valued, "--overwrite"] : valued;
}

export async function work(values: FlagValues): Promise<void> {
  refuseTogether(values, MODES);
  const settings = settingsOf(values, help);
  const out = resolve(settings.out);
  const [file] = values.operands!;
  const grid = await readGrid(file!);
  const how = { ...settings, out };
  const [name, folder] = [textFlag(values, "job"), textFlag(values, "slurm")];
  if (name !== undefined) return await runJob(grid, jobNamed(grid, name, out), how);
  const isPlanned = values["plan"] === true || values["dry-run"] === true || folder !== undefined;
  if (!isPlanned) return await runGrid(grid, how);
  if (folder !== undefined) refuseMissing(grid);
  const { plan, rate } = await planHere(grid, out);
  if (values["plan"] === true) return say(JSON.stringify(plan));
  if (folder !== undefined) {
    const { overwrite } = settings;
    const study = [grid.path, "--out", out, ...flagsOf(values)];
    const written = await writeSlurm(plan, { folder: resolve(folder), study, overwrite });
    return say(
      `Written into ${folder}: ${written.join(", ")}\nSubmit with: sh ${
        shellWord(`${folder}/submit.sh`)
      }`,
    );
  }
  say(await dryRunText(grid, plan, { rate }));
}

if (import.meta.main) await runTask(help, flags, work);
