/** Every write of the kit goes through lib/disk. */

import { assertEquals } from "@std/assert";
import { makeFolder, refuseLink, TemporaryFolder } from "../../lib/disk/folders.ts";
import { giveName, removeFile, replaceLink } from "../../lib/disk/own_file.ts";
import { filesIn, ROOT } from "../imports.ts";
import { assertRejectsCode } from "../error_codes.ts";

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
  assertEquals(found.length > 3, true); // the pattern finds those of lib/disk
});

Deno.test("makeFolder() makes folders, and says which flag names one that it cannot make", () =>
  inFolder(async (folder) => {
    await makeFolder(`${folder}/a/b`);
    await makeFolder(`${folder}/a/b`);
    assertEquals(namesIn(`${folder}/a`), ["b"]);
    await assertRejectsCode(
      () => makeFolder(`${folder}/victim/b`, { flag: "--cache" }),
      "file-not-written",
      "choose another folder (--cache)",
    );
  }));

Deno.test("refuseLink() refuses a link, whether or not it leads anywhere, and nothing else", () =>
  inFolder(async (folder) => {
    for (const target of ["victim", "missing"]) {
      await Deno.symlink(`${folder}/${target}`, `${folder}/to_${target}`);
      await assertRejectsCode(
        () => refuseLink(`${folder}/to_${target}`),
        "link-in-the-way",
        `Cannot write "${folder}/to_${target}": it is a link, and the kit writes only into its own files; remove the link, or choose another folder`,
      );
    }
    for (const name of ["", "/victim", "/missing"]) await refuseLink(`${folder}${name}`);
  }));

Deno.test("replaceLink() replaces links, and giveName() a file that has the name", () =>
  inFolder(async (folder) => {
    const link = `${folder}/link`;
    await Deno.symlink("victim", `${link}.incomplete`); // of a killed download
    for (const target of ["a", "a", "b"]) {
      await replaceLink(link, target);
      assertEquals([await Deno.readLink(link), namesIn(folder)], [target, ["link", "victim"]]);
    }
    using file = await Deno.create(`${folder}/part`);
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
