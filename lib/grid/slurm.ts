/** A study as job arrays of Slurm: files that a user submits, and that need no engine. */

import { join } from "node:path";
import { findReplaced, makeFolder } from "../disk/folders.ts";
import { wrongValue } from "../errors.ts";
import { commandOf } from "../errors/command.ts";
import { writeWhole } from "../disk/write_whole.ts";
import { kitPath } from "../files/kit_files.ts";
import { MOST_BYTES, readText } from "../files/read_file.ts";
import { shellWord } from "../options/values.ts";
import type { JobKind } from "./grid.ts";
import type { Plan, PlannedJob } from "./plan.ts";

const MARK = "# Written by the task study with --slurm"; // line that says where a file is from

/** Slurm refuses arrays of more tasks, unless its administrators allow it (MaxArraySize); then a task does several jobs. */
const MOST_TASKS = 1000;
const AT_ONCE = 50; // how many tasks of an array run at once

/** The kinds that are arrays, each with those whose end it waits for; a job that needs what is missing refuses by itself. */
const ARRAYS: readonly (readonly [JobKind, readonly JobKind[]])[] = [
  ["embed", []],
  ["shard", ["embed"]],
  ["run", ["embed"]],
  ["merge", ["shard"]],
  ["report", ["merge", "run"]],
];

interface ArrayPlaces {
  readonly folder: string;
  readonly kit: string; // kit's folder, in which commands run
  readonly study: readonly string[]; // arguments of every job before its name
}

export function slurmFiles({ jobs }: Plan, how: ArrayPlaces): Map<string, string> {
  const files = new Map<string, string>();
  const submit = ["#!/bin/sh", MARK, "set -eu", `cd ${shellWord(how.folder)}`, "mkdir -p logs"];
  for (const [kind, after] of ARRAYS) {
    const own = jobs.filter((job) => job.kind === kind);
    if (own.length === 0) continue;
    files.set(`jobs_${kind}.txt`, own.map(({ name }) => `${name}\n`).join(""));
    files.set(`jobs_${kind}.sbatch`, arrayText(kind, own, how));
    const there = after.filter((each) => files.has(`jobs_${each}.txt`));
    const waits = there.length === 0
      ? ""
      : ` --dependency=afterany${there.map((each) => `:$${each}`).join("")}`;
    submit.push(`${kind}=$(sbatch --parsable${waits} jobs_${kind}.sbatch)`);
    submit.push(`echo "${kind}: $${kind}"`);
  }
  files.set("submit.sh", `${submit.join("\n")}\n`);
  return files;
}

/** Writes the files; others of their names, or edited ones, are not replaced. */
export async function writeSlurm(
  plan: Plan,
  { folder, study, overwrite }: {
    readonly folder: string;
    readonly study: readonly string[];
    readonly overwrite: boolean;
  },
): Promise<readonly string[]> {
  if (/[\\\n]/.test(folder)) { // after a backslash sbatch replaces no pattern, and an option has one line
    throw wrongValue(
      "write job arrays into",
      folder,
      "a path without backslashes and line breaks",
      { code: "usage-value-wrong" },
    );
  }
  const files = slurmFiles(plan, { folder, kit: kitPath(""), study });
  await makeFolder(folder);
  await findReplaced(folder, files.keys(), {
    isOwn: async (name) =>
      overwrite ||
      await (await readText(join(folder, name), MOST_BYTES.rows).catch(() => undefined)) ===
        files.get(name),
    fix: "move that away, choose another folder (--slurm), or replace it (--overwrite)",
  });
  for (const [name, content] of files) await writeWhole(join(folder, name), content);
  return [...files.keys()];
}

/** The script of an array: each task does its lines of the list, and fails if one of them does. */
function arrayText(
  kind: JobKind,
  jobs: readonly PlannedJob[],
  { folder, kit, study }: ArrayPlaces,
): string {
  const each = Math.ceil(jobs.length / MOST_TASKS);
  const tasks = Math.ceil(jobs.length / each);
  const most = (of: (job: PlannedJob) => number) => Math.max(...jobs.map(of));
  const options = {
    "job-name": `negscope-${kind}`,
    array: `1-${tasks}%${Math.min(tasks, AT_ONCE)}`,
    "cpus-per-task": most(({ threads }) => threads),
    mem: `${most(({ memory_mb }) => memory_mb)}M`,
    time: each * most(({ minutes }) => minutes),
    output: shellWord(`${folder.replaceAll("%", "%%")}/logs/${kind}_%a.out`), // sbatch reads quotes as a shell does
    "open-mode": "append",
  };
  const lines = Object.entries(options).map(([name, value]) => `#SBATCH --${name}=${value}`);
  return `#!/bin/sh
${MARK}
${lines.join("\n")}
#SBATCH --requeue
set -u
cd ${shellWord(kit)}
first=$(((SLURM_ARRAY_TASK_ID - 1) * ${each} + 1))
failed=0
for name in $(sed -n "$first,$((first + ${each - 1}))p" ${
    shellWord(`${folder}/jobs_${kind}.txt`)
  }); do
  ${commandOf("study").replace(/^deno/, "\${DENO:-deno}")} ${
    study.map(shellWord).join(" ")
  } --job "$name" || failed=1
done
exit $failed
`;
}
