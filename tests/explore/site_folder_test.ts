/** The folder of a static page: whole or none, and only the kit's own files replaced. */

import { assertEquals, assertRejects } from "@std/assert";
import { pictureFiles, writePage } from "../../lib/explore/serve/write_site.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";

/** Writes a page of some files; it is ended after the last one if it is killed. */
async function write(
  out: string,
  texts: Readonly<Record<string, string>>,
  { overwrite = false, killed = false } = {},
): Promise<void> {
  const files = new Map(Object.entries(texts).map(([name, text]) => [name, () => text] as const));
  if (killed) files.set("~", () => Promise.reject(new Error("killed")) as never);
  const writing = writePage(out, files, { engine: "worker", overwrite });
  await (killed ? assertRejects(() => writing, Error, "killed") : writing);
}

const LARGE = { "index.html": "large", "pictures/1.png": "one", "pictures/2.png": "two" };
const SMALL = { "index.html": "small", "pictures/1.png": "uno" };

async function refused(out: string, reason: string, overwrite = true): Promise<void> {
  await assertRejectsCode(() => write(out, SMALL, { overwrite }), "folder-taken", reason);
}

Deno.test("a page lists its files with their checksums, and a smaller one leaves none of a larger one", () =>
  inFolder(async (out) => {
    await write(out, LARGE);
    await refused(out, "there is a page in it; choose another folder", false);
    await write(out, SMALL, { overwrite: true });
    assertEquals(namesIn(out), ["explore.json", "index.html", "pictures"]);
    assertEquals(namesIn(`${out}/pictures`), ["1.png"]);
    const { engine, files } = JSON.parse(await Deno.readTextFile(`${out}/explore.json`));
    assertEquals([engine, Object.keys(files)], ["worker", Object.keys(SMALL)]);
  }));

Deno.test("a page that was killed is no page, and the same command goes on with it, written over another or not", () =>
  inFolder(async (folder) => {
    for (const before of [undefined, LARGE]) {
      const out = `${folder}/${before === undefined ? "new" : "over"}`;
      const overwrite = before !== undefined;
      if (before !== undefined) await write(out, before);
      await write(out, { "index.html": "small" }, { overwrite, killed: true });
      assertEquals(JSON.parse(await Deno.readTextFile(`${out}/explore.json`)).engine, "none");
      await Deno.writeTextFile(`${out}/index.html.partial`, "ind"); // as a kill leaves it
      await write(out, SMALL, { overwrite });
      assertEquals(namesIn(out), ["explore.json", "index.html", "pictures"]);
      assertEquals(namesIn(`${out}/pictures`), ["1.png"]);
    }
    const begun = `${folder}/begun`;
    await write(begun, {}, { killed: true });
    await Deno.writeTextFile(`${begun}/mine.txt`, "mine");
    await refused(begun, "the kit's own: mine.txt", false);
    await Deno.remove(`${begun}/mine.txt`);
    await write(begun, SMALL);
  }));

Deno.test("files that the kit did not write, or that were changed since, are neither replaced nor removed", () =>
  inFolder(async (folder) => {
    const others: readonly (readonly [name: string, text: string])[] = [
      ["mine.txt", "mine"],
      ["pictures/mine.png", "mine"],
      ["index.html", "edited"],
      ["explore.json", '{"engine":"worker"}'],
      ["explore.json", '{"engine":"worker","files":null}'],
      ["explore.json", "null"],
      ["explore.json", '{"engine":"worker","files":{"../up.txt":"00"}}'],
    ];
    for (const [i, [name, text]] of others.entries()) {
      const out = `${folder}/${i}`;
      await write(out, LARGE);
      await Deno.writeTextFile(`${out}/${name}`, text);
      await refused(out, "what is not known to be the kit's own");
      assertEquals(await Deno.readTextFile(`${out}/${name}`), text);
      assertEquals(await Deno.readTextFile(`${out}/pictures/2.png`), "two");
    }
    const other = `${folder}/other`;
    await Deno.mkdir(other);
    await Deno.writeTextFile(`${other}/explore.json`, "{}");
    await refused(other, "kit's own: explore.json");
    const linked = `${folder}/linked`;
    await write(linked, LARGE);
    await Deno.remove(`${linked}/index.html`);
    await Deno.symlink(`${other}/explore.json`, `${linked}/index.html`);
    await refused(linked, "kit's own: index.html");
  }));

Deno.test("what is called a picture and is none is not published", async () => {
  const read = () => Promise.resolve(new TextEncoder().encode("<script>"));
  const writing = () => pictureFiles(["a.png"], read);
  await assertRejectsCode(writing, "image-undecodable", "its bytes are no picture; expected a PNG");
});
