/** Tasks on weights: the same bytes from every form of the same numbers, and kept embeddings. */

import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { studyBundle } from "../../lib/show/bundles.ts";
import { Study } from "../../lib/runs/study.ts";
import { fileOf, FOLDERS, miniFolder, TUNED, WHOLE_FILES } from "../model/forms/mini_folders.ts";
import { done, run, runHere } from "./task_here.ts";
import { inFolder, TINY } from "./task_process.ts";

const QUICK = ["--format", "none", "--quiet"];

function mini(model: string, ...more: string[]): string[] {
  return ["--model", model, ...TINY.slice(2), ...more];
}

Deno.test("trace writes the same bytes whatever form the weights have, and whatever their names", () =>
  inFolder(async (folder) => {
    const runs: [string, string[]][] = [];
    for (const form of Object.keys(FOLDERS)) {
      runs.push([form, mini(await miniFolder(folder, form), "--cache", "none")]);
    }
    for (const name of WHOLE_FILES) {
      const model = `${folder}/open-clip`;
      runs.push([name, mini(model, "--weights", fileOf(name), "--cache", "none")]);
    }
    const texts: string[] = [];
    const ofLibrary: Record<string, Set<string>> = { hf: new Set(), open: new Set() }; // which crop two of the images in their own ways
    for (const [name, flags] of runs) {
      const out = await run("trace", flags, `${folder}/out-${name}`);
      const tables = ["effects.csv", "evaluate.csv"].map((file) => `${out}/${file}`);
      const text = tables.map((path) => Deno.readTextFileSync(path)).join("\n");
      texts.push(text);
      ofLibrary[flags[1]!.includes("open-clip") ? "open" : "hf"]!.add(text);
    }
    assertEquals(Object.values(ofLibrary).map(({ size }) => size), [1, 1]);
    const tuned = mini(`${folder}/hf`, "--weights", TUNED, "--cache", "none");
    const out = await run("trace", tuned, `${folder}/tuned`);
    assertNotEquals(Deno.readTextFileSync(`${out}/effects.csv`), texts[0]!.split("\n\n")[0]);
  }));

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
