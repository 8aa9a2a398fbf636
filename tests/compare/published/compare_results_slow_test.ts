import { assertEquals, assertStringIncludes } from "@std/assert";
import { compareResults, compareRuns } from "../../../lib/compare/published/compare.ts";
import { readPublished } from "../../../lib/compare/published/figures.ts";
import { openRun } from "../../../lib/runs/open_run.ts";
import { Study } from "../../../lib/runs/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";
import { TINY } from "../../studies.ts";

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
    assertEquals(
      compared.matches.map(({ checks, tables, verdict }) => ({ checks, tables, verdict })),
      expected.matches.map(({ checks, tables, verdict }) => ({ checks, tables, verdict })),
    );
    assertEquals([...compared.charts.keys()], [
      ...["comparison_maps", "comparison_heads"],
    ]);
    assertEquals(compared.findings.startsWith("clip-tiny (causal_trace)"), true);
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
  await assertRejectsCode(
    () => compareResults([trace, other]),
    "not-comparable",
    'Cannot use run "clip-tiny with tiny.safetensors, with random weights (seed 1)" as a baseline: ' +
      'it differs from run "clip-tiny" in the files of the text tower; expected',
  );
});

Deno.test("compareResults() says in what the models of two results differ", async () => {
  const { model, pairs: data, images } = TINY;
  const choice = { model, data, images, threads: 1, cache: false } as const;
  await using study = await open();
  await using built = await Study.open({ ...choice, weights: fixture("weights/tiny.safetensors") });
  const trace = await study.run("trace");
  const told = async (other: Study) =>
    (await compareResults([trace, await other.run("attend")])).findings.replace(/\s+/g, " ");
  const sentence = "The runs are not of one model and data: they differ in ";
  assertStringIncludes(await told(built), `${sentence}the files of the text tower.`);
  assertEquals((await told(study)).includes(sentence), false);
});
