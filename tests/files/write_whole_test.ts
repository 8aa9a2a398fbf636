import { assertEquals, assertRejects } from "@std/assert";
import {
  findReplaced,
  giveName,
  lockFolder,
  makeFolder,
  refuseLink,
  replaceLink,
  writeWhole,
} from "../../lib/files/write_whole.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { filesIn, ROOT } from "../imports.ts";

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

async function withVictim(use: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/victim`, "mine");
    await use(folder);
    assertEquals(Deno.readTextFileSync(`${folder}/victim`), "mine");
  });
}

Deno.test("no module but write_whole.ts changes the disk", () => {
  const changing =
    /Deno\.(write|mkdir|rename|remove(?!SignalListener)|copyFile|symlink|link|truncate|create|makeTemp|chmod|chown|utime|open[^;]*(write|append|create))|node:fs/;
  const files = [...filesIn("lib"), ...filesIn("scripts")];
  const found = files.filter((file) => changing.test(Deno.readTextFileSync(ROOT + file)));
  assertEquals(found.sort(), ["lib/files/write_whole.ts"]);
});

Deno.test("makeFolder() makes folders, and says which flag names one that it cannot make", () =>
  withVictim(async (folder) => {
    await makeFolder(`${folder}/a/b`);
    await makeFolder(`${folder}/a/b`);
    assertEquals(namesIn(`${folder}/a`), ["b"]);
    const blocked = (flag?: string) => () => makeFolder(`${folder}/victim/b`, flag);
    await assertRejectsCode(blocked("--cache"), "file-not-written: another folder (--cache)");
    const { fix } = await assertRejectsCode(blocked(), "file-not-written");
    assertEquals(fix, "choose another folder");
  }));

Deno.test("refuseLink() refuses a link, whether or not it leads anywhere, and nothing else", () =>
  withVictim(async (folder) => {
    for (const target of ["victim", "missing"]) {
      await Deno.symlink(`${folder}/${target}`, `${folder}/to_${target}`);
      const link = `${folder}/to_${target}`;
      const says =
        `Cannot write "${link}": it is a link, and the kit writes only into its own files`;
      await assertRejectsCode(() => refuseLink(link), "link-in-the-way", says);
    }
    for (const name of ["", "/victim", "/missing"]) await refuseLink(`${folder}${name}`);
  }));

Deno.test("replaceLink() replaces links, and giveName() a file that has the name", () =>
  withVictim(async (folder) => {
    const link = `${folder}/link`;
    await Deno.symlink("victim", `${link}.incomplete`); // of a killed download
    for (const target of ["a", "a", "b"]) {
      await replaceLink(link, target);
      assertEquals([await Deno.readLink(link), namesIn(folder)], [target, ["link", "victim"]]);
    }
    using file = await Deno.create(`${folder}/part`);
    await file.write(new TextEncoder().encode("all"));
    await giveName(file, `${folder}/part`, link);
    assertEquals([Deno.readTextFileSync(link), namesIn(folder)], ["all", ["link", "victim"]]);
    await assertRejectsCode(() => giveName(file, `${folder}/part`, link), "file-not-written");
  }));

/** Gives a folder that is not there yet, nor the one that it lies in. */
const inRun = (use: (folder: string) => Promise<void>) =>
  inFolder((root) => use(`${root}/deep/run`));

Deno.test("lockFolder() admits one process at a time, and leaves no file", () =>
  inRun(async (folder) => {
    {
      using _lock = await lockFolder(folder);
      assertEquals(namesIn(folder), [".lock"]);
      const says =
        `"${folder}": another process is writing into it; wait until it is done, or choose`;
      await assertRejectsCode(() => lockFolder(folder), "folder-in-use", says);
    }
    assertEquals(namesIn(folder), []);
    using _again = await lockFolder(folder);
    assertEquals(namesIn(folder), [".lock"]);
  }));

Deno.test("lockFolder() waits for the owner on request, and names the flag of its folder", () =>
  inRun(async (folder) => {
    const order: string[] = [];
    const first = await lockFolder(folder);
    const waiting = lockFolder(folder, { wait: true }).then((lock) => {
      order.push("second");
      lock[Symbol.dispose]();
    });
    const refused = () => lockFolder(folder, { flag: "--cache" });
    await assertRejectsCode(refused, "folder-in-use: choose another folder (--cache)");
    order.push("first");
    first[Symbol.dispose]();
    await waiting;
    assertEquals([order, namesIn(folder)], [["first", "second"], []]);
  }));

Deno.test("lockFolder() admits only one of many at the same time", () =>
  inRun(async (folder) => {
    for (let round = 0; round < 20; round++) {
      const locks = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
      const held = locks.flatMap((lock) => lock.status === "fulfilled" ? [lock.value] : []);
      assertEquals(held.length, 1);
      held.forEach((lock) => lock[Symbol.dispose]());
    }
    assertEquals(namesIn(folder), []);
  }));

Deno.test("lockFolder() ignores the file that a killed process left", () =>
  inRun(async (folder) => {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/.lock`, "");
    using _lock = await lockFolder(folder);
    assertEquals(namesIn(folder), [".lock"]);
  }));

Deno.test("lockFolder() reports that a file is in the way", () =>
  inRun(async (folder) => {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/a`, "a");
    for (const place of [`${folder}/a`, `${folder}/a/b`]) {
      const told = `Cannot write into "${place}": `;
      await assertRejectsCode(() => lockFolder(place), "file-not-written", told);
    }
  }));

Deno.test("lockFolder() keeps others out where the file system has no locks, by the file itself", async () => {
  const { tryLock } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.tryLock = () =>
    // as Deno answers on such a file system
    Promise.reject(new Error("Function not implemented (os error 38)"));
  try {
    await inRun(async (folder) => {
      {
        using _lock = await lockFolder(folder);
        const says =
          `this file system has no locks to tell; delete "${folder}/.lock" if there is none`;
        await assertRejectsCode(() => lockFolder(folder), "folder-in-use", says);
      }
      assertEquals(namesIn(folder), []);
      const locks = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
      assertEquals(locks.filter(({ status }) => status === "fulfilled").length, 1);
    });
  } finally {
    Deno.FsFile.prototype.tryLock = tryLock;
  }
});

Deno.test("findReplaced() finds the command's own files, links among them, and refuses all if one is another's", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "own");
    await Deno.symlink("nowhere", `${folder}/link`);
    const names = ["a", "link", "a", "missing"];
    const found = await findReplaced(folder, names, { isOwn: () => true });
    assertEquals(found, [`${folder}/a`, `${folder}/link`]);
    await Deno.mkdir(`${folder}/folder`);
    await Deno.writeTextFile(`${folder}/b`, "mine");
    const all = [...names, "folder", "b"];
    const isOwn = (name: string) => name !== "b";
    const refused = () => findReplaced(folder, all, { isOwn, fix: "think" });
    const says = "it holds what is not known to be the kit's own: folder, b; think";
    await assertRejectsCode(refused, "folder-taken", says);
  }));
