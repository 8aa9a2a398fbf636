import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { notebookNames, readNotebook, sourceOf } from "../../scripts/dev/notebooks/notebook.ts";

const METHODS = new URL("../../docs/methods/", import.meta.url);

Deno.test("docs/methods/README.md lists every page of the folder once, and no other", async () => {
  const index = await Deno.readTextFile(new URL("README.md", METHODS));
  const listed = [...index.matchAll(/^- \[(\S+)\]\((\S+)\)/gm)].map(([, name, target]) => {
    assertEquals(name, target);
    return target!;
  });
  const pages = Array.from(Deno.readDirSync(METHODS), ({ name }) => name)
    .filter((name) => name !== "README.md");
  assertEquals(listed.toSorted(), pages.toSorted());
});

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
