import { assertEquals, assertRejects } from "@std/assert";
import { replaceLink, writeWhole } from "../../lib/files/write_whole.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";

/** Runs work on a system that refuses links, as Windows does without its developer mode. */
async function withoutLinks(work: () => Promise<void>): Promise<void> {
  const { symlink } = Deno;
  Deno.symlink = () => Promise.reject(new Error("A required privilege is not held by the client"));
  try {
    await work();
  } finally {
    Deno.symlink = symlink;
  }
}

Deno.test("replaceLink() makes a link, or a copy of the file where the system refuses links", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/blobs`);
    await Deno.mkdir(`${folder}/snapshots`);
    await Deno.writeTextFile(`${folder}/blobs/1`, "first");
    await Deno.writeTextFile(`${folder}/blobs/2`, "second");
    const path = `${folder}/snapshots/config.json`;
    await replaceLink(path, "../blobs/1");
    assertEquals(await Deno.readLink(path), "../blobs/1");
    await withoutLinks(() => replaceLink(path, "../blobs/2"));
    assertEquals((await Deno.lstat(path)).isSymlink, false);
    assertEquals(await Deno.readTextFile(path), "second");
    assertEquals(await Deno.readTextFile(`${folder}/blobs/1`), "first");
    await withoutLinks(async () => {
      await assertRejectsCode(() => replaceLink(path, "../blobs/3"), "file-not-written");
    });
  }));

Deno.test("writeWhole() never shows a partly written file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv`;
    const content = "x".repeat(8 << 20);
    await writeWhole(path, "old");
    const writing = writeWhole(path, content).then(() => false);
    const sizes = new Set<number>();
    do sizes.add((await Deno.stat(path)).size); while (
      await Promise.race([writing, Promise.resolve(true)])
    );
    sizes.add((await Deno.stat(path)).size);
    assertEquals([...sizes].sort((a, b) => a - b), [3, content.length]);
  }));

Deno.test("writeWhole() reports that a folder is in the way, and cleans up", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/a.csv`);
    const writing = () => writeWhole(`${folder}/a.csv`, "x");
    const says = `Cannot write "${folder}/a.csv": `;
    await assertRejectsCode(writing, "file-not-written", says);
    assertEquals(namesIn(folder), ["a.csv"]);
  }));

Deno.test("writeWhole() writes nothing where a link leads, and replaces the link", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv`;
    Deno.writeTextFileSync(`${folder}/victim`, "mine");
    for (const link of [path, `${path}.partial`]) {
      for (const target of ["victim", "missing"]) {
        Deno.symlinkSync(`${folder}/${target}`, link);
        await writeWhole(path, "new");
        assertEquals(Deno.readTextFileSync(`${folder}/victim`), "mine");
        assertEquals([namesIn(folder), Deno.readTextFileSync(path)], [["a.csv", "victim"], "new"]);
        assertEquals(Deno.lstatSync(path).isFile, true);
        Deno.removeSync(path);
      }
    }
  }));

Deno.test("writeWhole() takes pieces as it writes them, and gives the checksum of all", () =>
  inFolder(async (folder) => {
    const made: number[] = [];
    function* pieces(): Generator<string | Uint8Array> {
      for (let i = 0; i < 3; i++) {
        made.push(Deno.statSync(`${folder}/a.csv.partial`).size);
        yield i === 1 ? new Uint8Array([98]) : "é";
      }
    }
    const sha256 = await writeWhole(`${folder}/a.csv`, pieces());
    assertEquals([made, Deno.readTextFileSync(`${folder}/a.csv`)], [[0, 2, 3], "ébé"]);
    assertEquals(sha256, sha256Text("ébé"));
  }));

Deno.test("writeWhole() passes on the error of a piece that cannot be made, and cleans up", () =>
  inFolder(async (folder) => {
    const wrong = new TypeError("no number");
    function* pieces(): Generator<string> {
      yield "a";
      throw wrong;
    }
    const error = await assertRejects(() => writeWhole(`${folder}/a.csv`, pieces()));
    assertEquals([error === wrong, namesIn(folder)], [true, []]);
  }));

Deno.test("writeWhole() says that the disk is full, and leaves the old file and nothing half written", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv`;
    await writeWhole(path, "old");
    const { write } = Deno.FsFile.prototype;
    const full = Object.assign(new Error("No space left on device (os error 28)"), {
      code: "ENOSPC",
    });
    Deno.FsFile.prototype.write = () => Promise.reject(full);
    try {
      const says = `"${path}": No space left on device; make room, or choose another folder`;
      await assertRejectsCode(() => writeWhole(path, "new"), "file-not-written", says);
    } finally {
      Deno.FsFile.prototype.write = write;
    }
    assertEquals([Deno.readTextFileSync(path), namesIn(folder)], ["old", ["a.csv"]]);
  }));
