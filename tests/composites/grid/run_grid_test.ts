import { assertEquals, assertStringIncludes } from "@std/assert";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { jobNamed, runGrid, runJob } from "../../../lib/composites/grid/run_grid.ts";
import { assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { gridOf, study } from "./grid_file.ts";
import { jobsOf } from "../../../lib/composites/grid/grid.ts";
import { done, runHere } from "../../scripts/task_here.ts";

Deno.test("runGrid() says each failure when it happens, and all of them at the end", () =>
  inFolder(async (out) => {
    const experiments = { knockout: { heads: "9.9", control: "none" } };
    const grid = await gridOf(study({ data: { few: { limit: 8 } }, experiments, shards: 2 }));
    const lines: string[] = [];
    const settings = {
      ...{ out, overwrite: false, pictures: { formats: [], preset: SCREEN } },
      say: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(`! ${line}`),
    };
    const { details } = await assertRejectsCode(() => runGrid(grid, settings), "run-unfinished");
    const at = lines.findIndex((line) => line.startsWith("! ") && line.includes(" failed: "));
    const last = lines.findIndex((line) =>
      line.startsWith("Report: ") || line.includes("Report: ")
    );
    assertEquals(at >= 0 && at < last, true, lines.join("\n"));
    const name = "shapes/few/knockout"; // whose merge cannot find the shards
    const failed = details.map((line) => line.split(":")[0]);
    assertEquals(failed, [`${name}/1_of_2`, `${name}/2_of_2`, name]);
  }));

Deno.test("a job follows no link below the study's folder", () =>
  inFolder(async (folder) => {
    const [out, elsewhere] = [`${folder}/out`, `${folder}/elsewhere`];
    await Deno.mkdir(out);
    await Deno.mkdir(elsewhere);
    const grid = await gridOf(study({ data: { few: { limit: 4 } } }));
    const settings = { out, overwrite: true, pictures: { formats: [], preset: SCREEN } };
    const run = (name: string) => runJob(grid, jobNamed(grid, name, out), settings);
    for (const [link, job] of [["cache", "embed/shapes/few"], ["shapes", "shapes/few/evaluate"]]) {
      await Deno.symlink(elsewhere, `${out}/${link}`);
      await assertRejectsCode(() => run(job!), `link-in-the-way: Cannot write "${out}/${link}"`);
      await Deno.remove(`${out}/${link}`);
    }
    assertEquals([...Deno.readDirSync(elsewhere)], []);
  }));

const STUDY = study({
  models: { relay: { model: "planted/relay" }, shapes: {} },
  data: { own: {}, few: { limit: 10 } },
  experiments: { trace: {}, circuit: {}, evaluate: { shards: 1 } },
  except: [{ model: "relay", data: "few" }, { model: "shapes", data: "own" }],
  shards: 2,
});

Deno.test("study --jobs lists the jobs by stages: embeddings, shards and whole runs, merges, the report", () =>
  inFolder(async (folder) => {
    const file = `${folder}/study.json`;
    await Deno.writeTextFile(file, JSON.stringify(STUDY));
    const ask = (flag: string) => done("study", [file, "--out", `${folder}/out`, flag]);
    assertEquals((await ask("--jobs")).trimEnd().split("\n"), [
      ...["1 embed/relay/own", "1 embed/shapes/few"],
      ...["2 relay/own/trace/1_of_2", "2 relay/own/trace/2_of_2", "2 relay/own/circuit"],
      ...["2 relay/own/evaluate", "2 shapes/few/trace/1_of_2", "2 shapes/few/trace/2_of_2"],
      ...["2 shapes/few/circuit", "2 shapes/few/evaluate"],
      ...["3 relay/own/trace", "3 shapes/few/trace", "4 report"],
    ]);
    assertStringIncludes(await ask("--dry-run"), "6 runs of 2 models x 2 data x 3 experiments");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["study.json"]);
    const { code, stderr } = await runHere("study", [file, "--jobs", "--job", "report"]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "Cannot use --jobs with --job: expected one of them");
  }));

Deno.test("jobsOf() gives each job its folder in that of the study", async () => {
  const grid = await gridOf(study({ experiments: { trace: {} }, shards: 2 }));
  assertEquals(jobsOf(grid, "/out").map(({ folder }) => folder), [
    ...["/out/cache", "/out/shards/shapes/own/trace/1_of_2", "/out/shards/shapes/own/trace/2_of_2"],
    ...["/out/shapes/own/trace", "/out"],
  ]);
});

Deno.test("jobNamed() refuses a job that a study does not have, with the nearest", async () => {
  const grid = await gridOf(study({ experiments: { trace: {} } }));
  const named = (name: string) => () => jobNamed(grid, name, "/out");
  assertThrowsCode(named("shapes/own/trac"), "name-unknown: it is none of the 3 jobs of");
  assertThrowsCode(named("shapes/own/trac"), 'name-unknown: the nearest is "shapes/own/trace"');
  assertThrowsCode(named("elsewhere"), "name-unknown: --jobs lists them");
});
