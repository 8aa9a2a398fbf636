import { assertEquals } from "@std/assert";
import { readNotebook, sourceOf } from "../scripts/dev/notebooks/notebook.ts";
import { ROOT } from "./imports.ts";

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
