/** The environment variables of notebook 4. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { readNotebook, sourceOf } from "../scripts/dev/notebooks/notebook.ts";
import { ROOT } from "./imports.ts";
import { endOf, fixture, inFolder } from "./scripts/task_process.ts";

const { cells } = await readNotebook(`${ROOT}notebooks/04_your_own_clip.ipynb`);
const VARIABLES = ["MODEL", "WEIGHTS", "DATA", "IMAGES"].map((name) => `NEGSCOPE_${name}`);

/** The names of the kit's variables in a text, each once. */
function variablesIn(text: string): string[] {
  return [...new Set(text.match(/NEGSCOPE_[A-Z]+/g))];
}

Deno.test("notebook 4 explains the variables that it reads, and so does the guide", async () => {
  const ofKind = (kind: string) =>
    cells.filter(({ cell_type }) => cell_type === kind).map(sourceOf).join("\n");
  assertEquals(variablesIn(ofKind("code")), VARIABLES);
  assertEquals(variablesIn(ofKind("markdown")), VARIABLES);
  const page = await Deno.readTextFile(`${ROOT}docs/guide/notebooks.md`);
  assertEquals(new Set(variablesIn(page)), new Set(["NEGSCOPE_JUPYTER", ...VARIABLES]));
});

Deno.test("notebook 4 lays the weights that NEGSCOPE_WEIGHTS names over the model", () =>
  inFolder(async (folder) => {
    const [first] = cells.filter(({ cell_type }) => cell_type === "code").map(sourceOf);
    const script = `${folder}/cell.ts`;
    await Deno.writeTextFile(
      script,
      `${first}\nconsole.log(JSON.stringify(study.taken)); await study.release();`,
    );
    const weights = fixture("weights/tiny.safetensors");
    const files = {
      ...{ MODEL: fixture("clip-tiny"), WEIGHTS: weights },
      ...{ DATA: fixture("pairs.json"), IMAGES: fixture("images") },
    };
    const env = Object.entries(files).map(([name, path]) => [`NEGSCOPE_${name}`, path]);
    const run = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", `${ROOT}deno.json`, script],
      cwd: folder,
      env: { ...Object.fromEntries(env), NO_COLOR: "1" },
      ...{ stdin: "null", stdout: "piped", stderr: "piped" },
    }).spawn();
    const { code, stdout, stderr } = await endOf(run);
    assertEquals([code, stderr], [0, ""]);
    for (const tower of ["text", "image"]) {
      assertStringIncludes(stdout, `{"tower":"${tower}","from":"tiny.safetensors (activation`);
    }
  }));
