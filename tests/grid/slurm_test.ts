/** The files of a study for Slurm. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ClipConfig } from "../../lib/architecture/tower_writer.ts";
import { type Machine, type Plan, planOf, type RowCount } from "../../lib/grid/plan.ts";
import { slurmFiles, writeSlurm } from "../../lib/grid/slurm.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { runHere } from "../scripts/task_here.ts";
import { inFolder } from "../scripts/task_process.ts";
import { gridOf, study } from "./grid_file.ts";

const ROWS: RowCount = { rows: 600, images: 300, pairs: 256 };

const MACHINE: Machine = { rate: () => 1e11, sizes: new Map<string, ClipConfig>() };

/** The plan of the smallest study in two shards. */
async function smallPlan(): Promise<Plan> {
  const grid = await gridOf(study({ shards: 2 }));
  const rows = new Map([["shapes/own", ROWS]]);
  return planOf(grid, { out: "/out", rows, machine: MACHINE });
}

Deno.test("slurmFiles() writes an array for each kind of job, and submits each after those that it needs", async () => {
  const grid = await gridOf(
    study({ experiments: { trace: {}, evaluate: { shards: 1 } }, shards: 2 }),
  );
  const rows = new Map([["shapes/own", ROWS]]);
  const args = ["/a b/study.json", "--out", "/out"];
  const plan = planOf(grid, { out: "/out", rows, machine: MACHINE });
  const files = slurmFiles(plan, { folder: "/jobs", kit: "/kit", study: args });
  assertEquals([...files.keys()], [
    ...["jobs_embed.txt", "jobs_embed.sbatch", "jobs_shard.txt", "jobs_shard.sbatch"],
    ...["jobs_run.txt", "jobs_run.sbatch", "jobs_merge.txt", "jobs_merge.sbatch"],
    ...["jobs_report.txt", "jobs_report.sbatch", "submit.sh"],
  ]);
  assertEquals(
    files.get("jobs_shard.txt"),
    "shapes/own/trace/1_of_2\nshapes/own/trace/2_of_2\n",
  );
  const shards = plan.jobs.filter(({ kind }) => kind === "shard");
  assertEquals(
    files.get("jobs_shard.sbatch"),
    `#!/bin/sh
# Written by the task study with --slurm
#SBATCH --job-name=negscope-shard
#SBATCH --array=1-2%2
#SBATCH --cpus-per-task=2
#SBATCH --mem=${Math.max(...shards.map(({ memory_mb }) => memory_mb))}M
#SBATCH --time=${Math.max(...shards.map(({ minutes }) => minutes))}
#SBATCH --output=/jobs/logs/shard_%a.out
#SBATCH --open-mode=append
#SBATCH --requeue
set -u
cd /kit
first=$(((SLURM_ARRAY_TASK_ID - 1) * 1 + 1))
failed=0
for name in $(sed -n "$first,$((first + 0))p" /jobs/jobs_shard.txt); do
  \${DENO:-deno} task study '/a b/study.json' --out /out --job "$name" || failed=1
done
exit $failed
`,
  );
  assertEquals(
    files.get("submit.sh"),
    `#!/bin/sh
# Written by the task study with --slurm
set -eu
cd /jobs
mkdir -p logs
embed=$(sbatch --parsable jobs_embed.sbatch)
echo "embed: $embed"
shard=$(sbatch --parsable --dependency=afterany:$embed jobs_shard.sbatch)
echo "shard: $shard"
run=$(sbatch --parsable --dependency=afterany:$embed jobs_run.sbatch)
echo "run: $run"
merge=$(sbatch --parsable --dependency=afterany:$shard jobs_merge.sbatch)
echo "merge: $merge"
report=$(sbatch --parsable --dependency=afterany:$merge:$run jobs_report.sbatch)
echo "report: $report"
`,
  );
});

Deno.test("slurmFiles() gives a task several jobs where there are more than an array may have", async () => {
  const grid = await gridOf(study({ experiments: { trace: {} }, shards: 2500 }));
  const rows = new Map([["shapes/own", ROWS]]);
  const plan = planOf(grid, { out: "/out", rows, machine: MACHINE });
  const files = slurmFiles(plan, { folder: "/jobs", kit: "/kit", study: ["f"] });
  const text = files.get("jobs_shard.sbatch")!;
  assert(text.includes("#SBATCH --array=1-834%50\n")); // three jobs each, the last one
  assert(text.includes("first=$(((SLURM_ARRAY_TASK_ID - 1) * 3 + 1))\n"));
  assert(text.includes('sed -n "$first,$((first + 2))p"'));
  const [longest] = plan.jobs.filter(({ kind }) => kind === "shard").map(({ minutes }) => minutes);
  assert(text.includes(`#SBATCH --time=${3 * longest!}\n`));
});

Deno.test("slurmFiles() names the folder of the logs as sbatch reads it: quoted, and each % twice", async () => {
  const folder = "/a b/it's 5%a";
  const files = slurmFiles(await smallPlan(), { folder, kit: "/kit", study: ["f"] });
  const script = files.get("jobs_embed.sbatch")!;
  assert(script.includes(`\n#SBATCH --output='/a b/it'\\''s 5%%a/logs/embed_%a.out'\n`), script);
});

Deno.test("writeSlurm() writes its files again, and replaces none that somebody else wrote or edited", () =>
  inFolder(async (folder) => {
    const plan = await smallPlan();
    const write = (overwrite: boolean) => writeSlurm(plan, { folder, study: ["f"], overwrite });
    const mine = `${folder}/jobs_shard.txt`;
    await Deno.writeTextFile(mine, "mine\n");
    await assertRejectsCode(() => write(false), "folder-taken: jobs_shard.txt");
    assertEquals([...Deno.readDirSync(folder)].length, 1);
    assertEquals(await Deno.readTextFile(mine), "mine\n");
    const names = await write(true);
    assertEquals(await write(false), names);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), names.toSorted());
    for (const name of ["jobs_shard.txt", "jobs_shard.sbatch", "submit.sh"]) { // edited by the user
      const text = await Deno.readTextFile(`${folder}/${name}`);
      await Deno.writeTextFile(`${folder}/${name}`, `${text}# one more line\n`);
      await assertRejectsCode(() => write(false), `folder-taken: own: ${name};`);
      assertEquals(await Deno.readTextFile(`${folder}/${name}`), `${text}# one more line\n`);
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
  }));

Deno.test("writeSlurm() refuses a folder that sbatch would not find", async () => {
  const plan = await smallPlan();
  for (const folder of ["/tmp/a\\b", "/tmp/a\nb"]) {
    const write = () => writeSlurm(plan, { folder, study: ["f"], overwrite: false });
    await assertRejectsCode(write, "usage-value-wrong: a path without backslashes and line");
  }
});

Deno.test("a merge without one of its shards refuses by itself, since Slurm starts it also after one that failed", () =>
  inFolder(async (folder) => {
    const file = `${folder}/study.json`;
    const parts = { data: { few: { limit: 4 } }, threads: 1, shards: 2 };
    await Deno.writeTextFile(file, JSON.stringify(study(parts)));
    const job = (name: string) =>
      runHere("study", [file, "--out", `${folder}/out`, "--job", `shapes/few/${name}`]);
    assertEquals((await job("evaluate/1_of_2")).code, 0);
    const { code, stderr } = await job("evaluate");
    assertEquals(code, 1);
    assertStringIncludes(stderr, 'shards/shapes/few/evaluate/2_of_2": there is no such folder');
  }));
