/** What a command may remove before it writes: checked first, removed after, never through a link, only its own by checksum. */

import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { findReplaced, removeReplaced } from "../../lib/disk/replaced_files.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";

const sum = (text: string) => createHash("sha256").update(text).digest("hex");
const RECORDED = new Map([["a", sum("own")], ["below/b", sum("own")], ["c", sum("own")]]);

/** Makes a folder with two recorded files beside a victim, uses it and checks the victim. */
async function inFolder(use: (folder: string, victim: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const [folder, victim] = [`${root}/out`, `${root}/victim`];
  try {
    for (const place of [`${folder}/below`, victim]) Deno.mkdirSync(place, { recursive: true });
    for (const file of [`${folder}/a`, `${folder}/below/b`, `${victim}/b`]) {
      Deno.writeTextFileSync(file, "own"); // the victim has the same bytes
    }
    await use(folder, victim);
    assertEquals(Deno.readTextFileSync(`${victim}/b`), "own");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.lstatSync(path) !== undefined;
  } catch {
    return false;
  }
}

Deno.test("findReplaced() finds the files that are as they were recorded, and removeReplaced() removes them", () =>
  inFolder(async (folder, victim) => {
    Deno.linkSync(`${victim}/b`, `${folder}/c`); // a second name, whose removal leaves the first
    const files = await findReplaced(folder, ["a", "none", "no/b", ...RECORDED.keys()], {
      recorded: RECORDED,
    });
    assertEquals(
      files.map(({ path }) => path),
      ["a", "below/b", "c"].map((name) => `${folder}/${name}`),
    );
    removeReplaced(folder, files);
    assertEquals(files.filter(({ path }) => isThere(path)), []);
  }));

Deno.test("findReplaced() refuses all that is in the way in one message, whatever the user has agreed to", () =>
  inFolder(async (folder, victim) => {
    Deno.symlinkSync(`${victim}/b`, `${folder}/c`);
    Deno.symlinkSync("nowhere", `${folder}/dangling`);
    Deno.mkdirSync(`${folder}/folder`);
    Deno.symlinkSync(victim, `${folder}/link`);
    const names = ["a", "c", "dangling", "folder", "link/b", "a/b", ...RECORDED.keys()];
    const found = () => findReplaced(folder, names, { consented: true });
    const { message } = await assertRejectsCode(found, "folder-taken");
    assertEquals(
      message,
      `Cannot write into "${folder}": it holds what is not known to be the kit's own: c (a link), dangling (a link), folder (a folder), link (a link), a (no folder); move that away, or choose another folder (--out)`,
    );
    await assertRejectsCode(
      () => findReplaced(folder, ["link/b", "link/c"], { consented: true }),
      "link-in-the-way",
      `Cannot write "${folder}/link": it is a link`,
    );
  }));

Deno.test("findReplaced() refuses what is not known, and what was changed", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/a`, "mine");
    Deno.writeTextFileSync(`${folder}/d`, "mine");
    await assertRejectsCode(
      () => findReplaced(folder, ["d", "a", "below/b"], { recorded: RECORDED, fix: "think" }),
      "folder-taken",
      "own: d, a (changed since it was written); think",
    );
  }));

Deno.test("removeReplaced() removes nothing that was exchanged since it was found", () =>
  inFolder(async (folder, victim) => {
    const found = await findReplaced(folder, ["below/b"], { recorded: RECORDED });
    const remove = () =>
      assertThrowsCode(
        () => removeReplaced(folder, found),
        "folder-taken",
        "below/b (changed meanwhile)",
      );
    Deno.renameSync(`${folder}/below`, `${folder}/moved`);
    Deno.symlinkSync(victim, `${folder}/below`);
    remove();
    Deno.removeSync(`${folder}/below`);
    Deno.mkdirSync(`${folder}/below`);
    Deno.renameSync(`${folder}/moved/b`, `${folder}/below/b`); // the same file, by another folder
    remove();
    assertEquals(Deno.readTextFileSync(`${folder}/below/b`), "own");
    const again = await findReplaced(folder, ["a"], { recorded: RECORDED });
    Deno.renameSync(`${folder}/a`, `${folder}/moved/a`);
    Deno.writeTextFileSync(`${folder}/a`, "mine");
    assertThrowsCode(() => removeReplaced(folder, again), "folder-taken");
    assertEquals(Deno.readTextFileSync(`${folder}/a`), "mine");
  }));
