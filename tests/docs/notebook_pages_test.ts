/** The executed notebooks in docs/notebooks. */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { notebookNames, readNotebook, sourceOf } from "../../scripts/dev/notebooks/notebook.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

Deno.test("the pages of the notebooks have all cells in their order, and all pictures", async () => {
  const names = await notebookNames(`${root}/notebooks`);
  assertEquals(names.length, 6);
  for (const name of names) {
    const page = await Deno.readTextFile(
      `${root}/docs/notebooks/${name.replace(/ipynb$/, "md")}`,
    );
    let from = 0;
    for (const cell of (await readNotebook(`${root}/notebooks/${name}`)).cells) {
      const text = sourceOf(cell).trim().replace(/(\]\([\w./-]+)\.ipynb\)/g, "$1.md)"); // pages lead to pages
      const at = page.indexOf(text, from);
      assert(at >= from, `${name}: the page lacks "${sourceOf(cell)}"; see CONTRIBUTING.md`);
      from = at;
    }
    const pictures = [...page.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, path]) => path!);
    assert(pictures.length > 0, name);
    for (const path of pictures) await Deno.stat(`${root}/docs/notebooks/${path}`);
  }
});
