import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { Edit } from "../../../lib/edits/edit.ts";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { trialOnFiles, type TrialTask } from "../../../lib/runs/trial/trial_on_files.ts";
import { FIT_NAMES } from "../../../lib/trials/fit.ts";
import { readCsvRows } from "../../../lib/tables/csv.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { runHere } from "../../scripts/task_here.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { TINY, TINY_DISTURBED } from "../../studies.ts";

const { model, images, pairs } = TINY;

async function tried(out: string, task: Partial<TrialTask>): Promise<void> {
  await trialOnFiles({
    ...{ choice: { model, images, threads: 1 }, data: [pairs], benchmarks: [], edits: [] },
    ...{ strengths: [1], given: [], prompt: "There is a {}.", block: undefined, draws: 1 },
    ...task,
  }, { out, seed: 0, pictures: { formats: [], preset: SCREEN }, overwrite: true });
}

const scaled = (factor: number): Edit => (
  { kind: "scale", name: "mine", strength: 1, nodes: ["mlp 1"], factor }
);

const trialsIn = async (out: string) =>
  readCsvRows(await Deno.readTextFile(`${out}/trials.csv`), "trials.csv");
const filesIn = async (out: string) =>
  JSON.parse(await Deno.readTextFile(`${out}/manifest.json`)).sources.model as readonly {
    readonly file: string;
    readonly sha256: string;
  }[];

Deno.test("a trial lays a transplant over the weights: all of another model moves the embeddings, none of the model itself does", async () => {
  await inFolder(async (folder) => {
    const other = `${folder}/other`;
    await Deno.mkdir(other);
    for await (const { name, isFile } of Deno.readDir(model)) {
      if (isFile) await Deno.copyFile(`${model}/${name}`, `${other}/${name}`);
    }
    await Deno.copyFile(TINY_DISTURBED, `${other}/model.safetensors`);
    const of = (name: string, from: string): Edit => (
      { kind: "transplant", name, strength: 1, from, weights: ["blocks.*"] }
    );
    await tried(`${folder}/out`, { given: [of("itself", model), of("other", other)] });
    const harm = await trialsIn(`${folder}/out`);
    const cosine = (name: string) =>
      harm.find((row) => row.text("edit") === name && row.text("measure") === "cosine")!
        .number("after")!;
    assertEquals(Math.abs(cosine("itself") - 1) < 1e-6, true);
    assertEquals(cosine("other") < 0.9999, true);
  });
});

Deno.test("a trial is known by the contents of its edits, and says first whether the model tells negation", async () => {
  await inFolder(async (folder) => {
    const digest = async (factor: number) => {
      await tried(folder, { given: [scaled(factor)] });
      return (await filesIn(folder)).find(({ file }) => file === "edit mine")!.sha256;
    };
    assertNotEquals(await digest(2), await digest(3));
    assertEquals((await trialsIn(folder)).some((row) => row.text("edit") === "mine"), true);
    const summary = await Deno.readTextFile(`${folder}/summary.txt`);
    const first = summary.split("\n\n")[1]!.replaceAll(/\s+/g, " ");
    assertMatch(first, /tells? negation .*: the true sentence scores higher in/);
  });
});

Deno.test("a merge is refused, or left out of all edits, where it has no sentence or strength; what it lacks is not spoken of", async () => {
  await inFolder(async (folder) => {
    const rows = JSON.parse(await Deno.readTextFile(pairs));
    const data = `${folder}/after.json`;
    const after = rows.map((row: object, i: number) => (
      {
        ...row,
        caption: `A star, some by a ${NOUNS[i % 2]}.`,
        foil: `A star, no by a ${NOUNS[i % 2]}.`,
        negation: "foil",
        negator: 7,
      }
    ));
    await Deno.writeTextFile(data, JSON.stringify(after));
    const out = `${folder}/out`;
    const merge = { edits: ["merge"] } as const;
    await assertRejectsCode(
      () => tried(out, { ...merge, data: [data] }),
      'rows-too-few: Cannot use edit "merge": it changes none of',
    );
    const strengths = await assertRejectsCode(
      () => tried(out, { ...merge, strengths: [-1, 2] }),
      "value-wrong",
    );
    assertStringIncludes(strengths.message, 'Cannot try merge at strength "-1, 2": expected one');
    await tried(out, { edits: FIT_NAMES, data: [data] });
    const summary = async () =>
      (await Deno.readTextFile(`${out}/report.html`)).replaceAll(/\s+/g, " ");
    assertMatch(
      await summary(),
      /merge is left out.*Fitted on rows of other nouns of after.json, in . folds .*; controls/,
    );
    await tried(out, merge);
    assertEquals(/ folds|controls|left out/.exec(await summary()), null);
  });
});

const NOUNS = ["boat", "bird"];

Deno.test("a trial refuses two edits of one name", async () => {
  const refused = (task: Partial<TrialTask>) =>
    assertRejectsCode(() => tried("/nowhere", task), "usage-value-wrong");
  const twice = await refused({ given: [scaled(2), scaled(3)] });
  assertStringIncludes(twice.message, 'Cannot try two edits of the name "mine"');
  assertStringIncludes(twice.message, "choose by --edits which edits are fitted");
  await refused({ edits: ["direction"], given: [{ ...scaled(2), name: "direction" }] });
});

Deno.test("the task refuses scale without a circuit, a folder without one, and a prompt without a place for the noun", async () => {
  for (
    const [flags, said] of [
      [["--edits", "concept,scale"], "Cannot try scale without a circuit"],
      [["--circuit", "/nowhere"], "expected a folder in which circuit has run"],
      [["--prompt", "a star"], "expected a sentence with {} for the noun"],
      [["--edits", "scale"], "Cannot try scale without a circuit"],
    ] as const
  ) {
    const { code, stderr } = await runHere("edit", [...flags, "--out", "/nowhere/out"]);
    assertNotEquals(code, 0);
    assertStringIncludes(stderr, said);
  }
});
