/** Tasks on weights; that every form has the same numbers is shown in tests/model/forms. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { studyBundle } from "../../lib/show/notebook.ts";
import { Study } from "../../lib/runs/study.ts";
import { fileOf, miniFolder, TUNED } from "../model/forms/mini_folders.ts";
import { done, run, runHere } from "./task_here.ts";
import { inFolder, TINY } from "./task_process.ts";

const QUICK = ["--format", "none", "--quiet"];

function mini(model: string, ...more: string[]): string[] {
  return ["--model", model, ...TINY.slice(2), ...more];
}

Deno.test("evaluate reads sentences with the tokeniser that --tokenizer names, where rows are checked and where they are scored", () =>
  inFolder(async (folder) => {
    const model = await miniFolder(folder, "hf");
    const flags = ["--cache", "none", "--skip-bad"];
    const own = await run("evaluate", mini(model, ...flags), `${folder}/own`);
    const tokenizer = `${folder}/another-name.json`;
    await Deno.rename(`${model}/tokenizer.json`, tokenizer);
    const more = [...flags, "--tokenizer", tokenizer];
    const named = await run("evaluate", mini(model, ...more), `${folder}/named`);
    const [first, second] = [own, named].map((out) => Deno.readTextFileSync(`${out}/evaluate.csv`));
    assertEquals(second, first);
    const manifest = JSON.parse(Deno.readTextFileSync(`${named}/manifest.json`));
    const files: { readonly file: string }[] = manifest.sources.model;
    assertEquals(files.filter(({ file }) => file.endsWith("another-name.json")).length, 1);
  }));

/** A copy of a file of weights in a folder of its own, always with the same name. */
async function tunedIn(folder: string, of: string): Promise<string> {
  await Deno.mkdir(folder);
  await Deno.copyFile(of, `${folder}/tuned.pt`);
  return `${folder}/tuned.pt`;
}

Deno.test("a run goes by what is in the file of --weights, not by where it lies", () =>
  inFolder(async (folder) => {
    const model = await miniFolder(folder, "hf");
    const out = `${folder}/out`;
    const flags = mini(model, "--cache", "none", "--weights");
    const first = await tunedIn(`${folder}/first`, TUNED);
    const second = await tunedIn(`${folder}/second`, TUNED);
    const other = await tunedIn(`${folder}/other`, fileOf("state_dict.pth"));
    await run("evaluate", [...flags, first], out);
    const again = await done("evaluate", [...flags, second, ...QUICK.slice(0, 2), "--out", out]);
    assertStringIncludes(again, "This run is finished already");
    const refused = await runHere("evaluate", [...flags, other, ...QUICK, "--out", out]);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "it holds another run");

    // Everywhere the run's model is called by both names.
    const name = "hf with tuned.pt";
    assertEquals(JSON.parse(Deno.readTextFileSync(`${out}/manifest.json`)).model.name, name);
    const begin = `negscope evaluate: ${name}, `;
    assertEquals(Deno.readTextFileSync(`${out}/summary.txt`).slice(0, begin.length), begin);
    const page = Deno.readTextFileSync(`${out}/report.html`);
    for (
      const text of [
        `<title>${begin}`,
        `<h1>How often ${name} scores the true sentence higher</h1>`,
      ]
    ) {
      assertStringIncludes(page, text);
    }
    await using study = await Study.open({
      ...{ model, weights: first, cache: false, data: TINY[3]!, images: TINY[5]! },
    });
    assertEquals(String(study).split("\n")[0], `Study of ${name}`);
    const { "text/markdown": shown } = studyBundle(study);
    assertStringIncludes(shown!, `**Study of ${name}**\n`);
  }));
