import { assertEquals, assertStringIncludes } from "@std/assert";
import { jobsOf } from "../../../lib/composites/grid/grid.ts";
import { jobNamed } from "../../../lib/composites/grid/run_grid.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { done, runHere } from "../../scripts/task_here.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { gridOf, study } from "./grid_file.ts";

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
