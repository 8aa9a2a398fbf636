/** Every write of the kit goes through lib/disk, and nothing there follows a link. */

import { assertEquals } from "@std/assert";
import { makeFolder, settleFolder, TemporaryFolder } from "../../lib/disk/folders.ts";
import { GrowingFile } from "../../lib/disk/growing_file.ts";
import { giveName, openOwnFile, removeFile, replaceLink } from "../../lib/disk/own_file.ts";
import { filesIn, ROOT } from "../imports.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";

async function inFolder(use: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    Deno.writeTextFileSync(`${folder}/victim`, "mine");
    await use(folder);
    assertEquals(Deno.readTextFileSync(`${folder}/victim`), "mine");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("no module outside lib/disk changes the disk", () => {
  const changing =
    /Deno\.(write|mkdir|rename|remove(?!SignalListener)|copyFile|symlink|link|truncate|create|makeTemp|chmod|chown|utime|open[^;]*(write|append|create))|node:fs/;
  const files = [...filesIn("lib"), ...filesIn("scripts")];
  const found = files.filter((file) => changing.test(Deno.readTextFileSync(ROOT + file)));
  assertEquals(found.filter((file) => !file.startsWith("lib/disk/")), []);
  assertEquals(found.length > 5, true); // the pattern finds those of lib/disk
});

Deno.test("openOwnFile() opens the file itself, makes it if it is missing, and refuses a link", () =>
  inFolder((folder) => {
    for (const isNew of [true, false]) {
      const opened = openOwnFile(`${folder}/a`);
      opened.file.close();
      assertEquals(opened.isNew, isNew);
    }
    for (const target of ["victim", "missing"]) {
      Deno.symlinkSync(`${folder}/${target}`, `${folder}/to_${target}`);
      const open = () => openOwnFile(`${folder}/to_${target}`);
      assertThrowsCode(open, "link-in-the-way", `to_${target}": it is a link`);
    }
    Deno.linkSync(`${folder}/victim`, `${folder}/hard`); // a second name: what is written would be in both
    assertThrowsCode(() => openOwnFile(`${folder}/hard`), "link-in-the-way", 'hard": it is a link');
    Deno.removeSync(`${folder}/hard`);
    assertEquals(namesIn(folder), ["a", "to_missing", "to_victim", "victim"]);
  }));

Deno.test("makeFolder() refuses links below the folder that is named, and follows one to it", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/elsewhere`);
    await Deno.symlink("elsewhere", `${folder}/disk`);
    await makeFolder(`${folder}/disk/a/b`, { within: `${folder}/disk` }); // users keep results on another disk
    assertEquals(namesIn(`${folder}/elsewhere/a`), ["b"]);
    await Deno.symlink("../elsewhere", `${folder}/disk/link`);
    await assertRejectsCode(
      () => makeFolder(`${folder}/disk/link/b`, { within: `${folder}/disk` }),
      "link-in-the-way",
      `Cannot write "${folder}/disk/link": it is a link`,
    );
    await assertRejectsCode(() => makeFolder(`${folder}/victim/b`), "file-not-written");
    assertEquals(namesIn(`${folder}/elsewhere`), ["a", "link"]);
    await settleFolder(folder);
  }));

Deno.test("GrowingFile replaces a link, and adds bytes to its own file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a`;
    await Deno.symlink("victim", path);
    await Deno.symlink("victim", `${path}.partial`);
    using file = GrowingFile.create(path, bytes("1"));
    file.append(bytes("23"));
    assertEquals([Deno.readTextFileSync(path), namesIn(folder)], ["123", ["a", "victim"]]);
    assertThrowsCode(() => GrowingFile.create(`${folder}/no/a`, bytes("")), "file-not-written");
  }));

Deno.test("replaceLink() replaces links, and giveName() a file that has the name", () =>
  inFolder(async (folder) => {
    const link = `${folder}/link`;
    await Deno.symlink("victim", `${link}.incomplete`); // of a killed download
    for (const target of ["a", "a", "b"]) {
      await replaceLink(link, target);
      assertEquals([await Deno.readLink(link), namesIn(folder)], [target, ["link", "victim"]]);
    }
    const { file } = openOwnFile(`${folder}/part`);
    using _open = file;
    await file.write(bytes("all"));
    await giveName(file, `${folder}/part`, link);
    assertEquals([Deno.readTextFileSync(link), namesIn(folder)], ["all", ["link", "victim"]]);
    await assertRejectsCode(() => giveName(file, `${folder}/part`, link), "file-not-written");
  }));

Deno.test("removeFile() removes a link and not what it leads to, and nothing that is missing", () =>
  inFolder(async (folder) => {
    await Deno.symlink("victim", `${folder}/link`);
    await removeFile(`${folder}/link`);
    await removeFile(`${folder}/link`);
    assertEquals(namesIn(folder), ["victim"]);
    await Deno.mkdir(`${folder}/full/a`, { recursive: true });
    await assertRejectsCode(() => removeFile(`${folder}/full`), "file-not-written");
  }));

Deno.test("TemporaryFolder is removed with its content", async () => {
  let path: string;
  {
    await using folder = await TemporaryFolder.make();
    path = folder.path;
    Deno.writeTextFileSync(`${path}/a`, "a");
  }
  await Deno.stat(path).then(() => Promise.reject(new Error(path)), () => {});
});
