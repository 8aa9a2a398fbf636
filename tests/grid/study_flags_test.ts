import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { done, runHere } from "../scripts/task_here.ts";
import { inFolder } from "../scripts/task_process.ts";
import { study } from "./grid_file.ts";

Deno.test("study refuses two of --plan, --job, --dry-run and --slurm, and writes nothing", () =>
  inFolder(async (folder) => {
    const file = `${folder}/study.json`;
    await Deno.writeTextFile(file, JSON.stringify(study({ data: { few: { limit: 8 } } })));
    const slurm = ["--slurm", `${folder}/jobs`];
    const job = ["--job", "shapes/few/evaluate"];
    const pairs = [
      [["--plan"], slurm],
      [["--plan"], ["--dry-run"]],
      [["--dry-run"], slurm],
      [job, ["--dry-run"]],
      [job, slurm],
    ];
    for (const flags of pairs) {
      const { code, stderr } = await runHere("study", [
        ...[file, "--out", `${folder}/out`],
        ...flags.flat(),
      ]);
      assertEquals(code, 2);
      const [first, second] = flags.map(([flag]) => flag!);
      assertStringIncludes(stderr, `Cannot use ${first} with ${second}: expected one of them`);
    }
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["study.json"]);
  }));

Deno.test("study --slurm --overwrite replaces what is in its way, but no job has --overwrite", () =>
  inFolder(async (folder) => {
    const file = `${folder}/study.json`;
    await Deno.writeTextFile(file, JSON.stringify(study({ data: { few: { limit: 8 } } })));
    await Deno.mkdir(`${folder}/$(my) jobs`);
    await Deno.writeTextFile(`${folder}/$(my) jobs/submit.sh`, "echo mine\n");
    const stdout = await done("study", [
      ...[file, "--out", `${folder}/out`, "--slurm", `${folder}/$(my) jobs`, "--overwrite"],
    ]);
    assertStringIncludes(stdout, `Submit with: sh '${folder}/$(my) jobs/submit.sh'\n`);
    const run = await Deno.readTextFile(`${folder}/$(my) jobs/jobs_run.sbatch`);
    assertStringIncludes(run, "task study");
    assert(!run.includes("--overwrite"));
    assertStringIncludes(
      await Deno.readTextFile(`${folder}/$(my) jobs/submit.sh`),
      "jobs_run.sbatch",
    );
  }));
