import { assertEquals } from "@std/assert";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { jobNamed, runGrid, runJob } from "../../../lib/composites/grid/run_grid.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { gridOf, study } from "./grid_file.ts";

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
