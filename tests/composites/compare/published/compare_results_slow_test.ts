import { assertEquals, assertMatch } from "@std/assert";
import {
  compareResults,
  compareRuns,
} from "../../../../lib/composites/compare/published/compare.ts";
import { readPublished } from "../../../../lib/composites/compare/published/figures.ts";
import { openRun } from "../../../../lib/runs/open_run.ts";
import { Study } from "../../../../lib/runs/study.ts";
import { assertRejectsCode } from "../../../error_codes.ts";
import { fixture, inFolder } from "../../../scripts/task_process.ts";
import { TINY } from "../../../studies.ts";

async function open(): Promise<Study> {
  const { model, pairs: data, images } = TINY;
  return await Study.open({ model, data, images, threads: 1, cache: false });
}

Deno.test("compareResults() compares results like their saved folders", () =>
  inFolder(async (folder) => {
    await using study = await open();
    const results = [await study.run("trace"), await study.run("attend")];
    const compared = await compareResults(results);
    const runs = [];
    for (const result of results) {
      const out = `${folder}/${result.experiment.name}`;
      await result.save(out, { formats: [] });
      runs.push(await openRun(out));
    }
    const expected = compareRuns(await readPublished(), runs);
    assertEquals(compared.comparison, expected.comparison);
    assertEquals(compared.agreement, expected.agreement);
    const withoutFolder = compared.matches.map((match, i) => (
      { ...match, folder: expected.matches[i]!.folder }
    ));
    assertEquals(withoutFolder, expected.matches);
    assertEquals([...compared.charts.keys()], ["comparison_maps", "comparison_heads"]);
    assertMatch(compared.findings, /^\d of the \d findings of the paper/);
  }));

Deno.test("compareResults() refuses a baseline of other files of a tower than a result's", async () => {
  await using study = await open();
  const trace = await study.run("trace");
  const { model, pairs: data, images } = TINY;
  const random = { model, data, images, threads: 1, cache: false, randomWeights: 1 } as const;
  await using same = await Study.open(random);
  const { baselines } = await compareResults([trace, await same.run("trace")]);
  assertEquals(baselines, ["clip-tiny with random weights (seed 1)"]);
  await using built = await Study.open({ ...random, weights: fixture("weights/tiny.safetensors") });
  const other = await built.run("trace");
  const said = 'it differs from run "clip-tiny" in the files of the text tower; expected';
  await assertRejectsCode(() => compareResults([trace, other]), "not-comparable", said);
});
