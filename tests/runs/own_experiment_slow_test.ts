/** Runs of experiments that are not the kit's, with the mistakes that their authors make. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SCREEN } from "../../lib/charts/spec.ts";
import { type AnyExperiment, experiment } from "../../lib/study/experiment/experiment.ts";
import { trace } from "../../lib/experiments/trace/index.ts";
import { wholeNumber } from "../../lib/options/option.ts";
import { mergeRuns } from "../../lib/runs/merge_runs.ts";
import { runOnFiles } from "../../lib/runs/run_experiment.ts";
import { codeOf } from "../../lib/runs/run_identity.ts";
import { readFinished } from "../../lib/files/manifest.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { Study } from "../../lib/runs/study.ts";
import type { Shard } from "../../lib/study/choice/study_options.ts";
import { fillTable, number, table, text } from "../../lib/tables/table.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";
import { TINY } from "../studies.ts";

const { model, images, pairs: data } = TINY;
const CHOICE = { model, images, data, threads: 1 };
const PICTURES = { formats: [], preset: SCREEN };

/** An experiment whose table has the length of each caption, or what else is measured. */
function lengths(
  {
    name = "lengths",
    measure = (captions: readonly string[]): unknown => captions.map((caption) => caption.length),
  } = {},
): AnyExperiment {
  const columns = { id: text("The id."), length: number("", "Letters.") };
  const rows = table(name, "One row for each row.", columns);
  return experiment({
    ...{ name: "lengths", does: "measures captions.", summary: "how long captions are" },
    ...{ reads: "text and images", runs: "none" },
    options: { least: wholeNumber({ min: 1, max: 9, help: "the least" }) },
    measure: (study) =>
      Promise.resolve(measure(study.pairs.map(({ caption }) => caption)) as number[]),
    tables: (all) => ({
      rows: fillTable(rows, all.map(({ pair: { id }, measured }) => ({ id, length: measured }))),
    }),
    ...{ charts: () => ({}), findings: () => ({}) },
  });
}

function run(
  own: AnyExperiment,
  out: string,
  { options = {}, shard }: { readonly options?: object; readonly shard?: Shard } = {},
) {
  const choice = { ...CHOICE, ...(shard && { shard }) };
  return runOnFiles(own, { ...options }, choice, { out, pictures: PICTURES, seed: 0 });
}

Deno.test("runOnFiles() fills in an experiment's defaults, and refuses values that its options cannot have", () =>
  inFolder(async (folder) => {
    assertEquals((await run(lengths(), `${folder}/run`))?.rows.length, 8);
    const same = { options: { least: undefined } };
    assertEquals(await run(lengths(), `${folder}/run`, same), undefined);
    const refused = (options: object) => () => run(lengths(), `${folder}/other`, { options });
    await assertRejectsCode(refused({ least: 77 }), "value-wrong", "Cannot use least 77");
    await assertRejectsCode(refused({ most: 7 }), "name-unknown", 'Cannot use option "most"');
    const seeded = { out: folder, pictures: PICTURES, seed: -1 };
    const running = () => runOnFiles(trace, {}, CHOICE, seeded);
    await assertRejectsCode(running, "value-wrong", "Cannot use seed -1: expected a whole number");
  }));

Deno.test("a run goes on, is finished or is merged only with the code that measured its rows", () =>
  inFolder(async (folder) => {
    const edited = lengths({ measure: (captions) => captions.map(() => 7) });
    await run(lengths(), `${folder}/run`);
    // The function is the same text inside lengths(), so another own function has to differ.
    const changed = { ...edited, findings: () => ({ notes: ["edited"] }) };
    assertEquals(codeOf(lengths()), codeOf(edited));
    assertEquals(codeOf(trace), {});
    await assertRejectsCode(() => run(changed, `${folder}/run`), "folder-taken", "its code is ");
    for (const k of [1, 2]) await run(lengths(), `${folder}/${k}`, { shard: { k, n: 2 } });
    const merge = (own: AnyExperiment) => {
      const settings = { out: `${folder}/merged`, pictures: PICTURES };
      return mergeRuns([`${folder}/1`, `${folder}/2`], [own], settings);
    };
    const said = "the code of lengths has changed since it was made";
    await assertRejectsCode(() => merge(changed), "shard-version-differs", said);
    await merge(lengths());
  }));

Deno.test("a run refuses what is not one value for each row", async () => {
  await using study = await Study.open({ ...CHOICE, cache: false });
  const wrong: readonly [unknown, string][] = [
    [[1], "its list has 1 values; expected a list with one value for each of the 8 rows"],
    [undefined, "it is not a list; expected"],
  ];
  for (const [values, says] of wrong) {
    const running = () => study.run(lengths({ measure: () => values }));
    await assertRejectsCode(running, "measured-wrong", `what lengths has measured: ${says}`);
  }
});

Deno.test("an experiment cannot take the name of an option or a table that its run has", async () => {
  const images = () => experiment({ ...lengths(), name: "images" }); // a row whose id is its image's name would have its embedding
  assertThrowsCode(images, "name-taken", 'Cannot call an experiment "images": an unfinished run');
  const options = { limit: wholeNumber({ min: 1, max: 9, help: "" }) };
  const limited = () => experiment({ ...lengths(), options });
  assertThrowsCode(limited, "name-taken", 'an option "limit": every run has one of this name');
  await using study = await Study.open({ ...CHOICE, cache: false });
  const cases = [
    [lengths({ name: "evaluate" }), "evaluate.csv"],
    [lengths({ name: "Evaluate" }), "Evaluate.csv"], // which some disks do not tell from it
    [{ ...lengths(), files: () => ({ manifest: {} }) }, "manifest.json"],
  ] as const;
  for (const [own, file] of cases) {
    await assertRejectsCode(() => study.run(own), "name-taken", `Cannot write "${file}" of exper`);
  }
});

Deno.test("an experiment's files for other programs are like its tables in runs, merged shards, saved results and reports", () =>
  inFolder(async (folder) => {
    const own: AnyExperiment = {
      ...lengths(),
      files: (tables, { least = 0, sources }) => {
        const all = tables.rows.rows.map(({ length }: { readonly length: number }) => length);
        const data = sources.data.map(({ file }) => file);
        return { longest: { length: Math.max(Number(least), ...all), data } };
      },
    };
    const [whole, other] = [`${folder}/whole`, `${folder}/other`];
    const text = '{"length": 48, "data": ["pairs.json", "images"]}\n';
    const read = (path: string) => Deno.readTextFile(`${path}/longest.json`);
    const { files } = (await run(own, whole))!;
    assertEquals(files.slice(0, 2), ["evaluate.csv", "summary.csv"]);
    assertEquals(files.slice(4, 6), ["lengths.csv", "longest.json"]);
    assertEquals(await read(whole), text);
    const { checksums = {} } = await readFinished(whole);
    assertEquals(checksums["longest.json"], sha256Text(text));
    const page = await Deno.readTextFile(`${whole}/report.html`);
    assertStringIncludes(page, '<a href="longest.json">longest.json</a>');
    await Deno.writeTextFile(`${whole}/longest.json`, "{}");
    await assertRejectsCode(() => run(own, whole), "run-edited", "longest.json");
    await Deno.remove(`${whole}/longest.json`);
    assertEquals((await run(own, whole))?.rows.length, 8); // what is missing is made again
    assertEquals(await run(own, whole), undefined);

    for (const k of [1, 2]) await run(own, `${folder}/${k}`, { shard: { k, n: 2 } });
    await mergeRuns([`${folder}/1`, `${folder}/2`], [own], { out: other, pictures: PICTURES });
    assertEquals(await read(other), text);

    await using study = await Study.open({ ...CHOICE, cache: false });
    const result = await study.run(own);
    assertEquals(result.files.get("longest"), JSON.parse(text));
    assertEquals(await result.save(other, { formats: [] }), []); // it is the merged run
    await result.save(other, { overwrite: true, formats: [] });
    assertEquals(await read(other), text);
    await (await study.run(lengths())).save(other, { overwrite: true, formats: [] });
    await assertRejects(() => read(other), Deno.errors.NotFound); // with the run that wrote it
  }));
