import { assertEquals } from "@std/assert";
import { findReplaced, lockFolder, makeFolder, refuseLink } from "../../lib/files/folders.ts";
import { giveName, replaceLink } from "../../lib/files/write_whole.ts";
import { filesIn, ROOT } from "../imports.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";

async function withVictim(use: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/victim`, "mine");
    await use(folder);
    assertEquals(Deno.readTextFileSync(`${folder}/victim`), "mine");
  });
}

Deno.test("no module but folders.ts and write_whole.ts changes the disk", () => {
  const changing =
    /Deno\.(write|mkdir|rename|remove(?!SignalListener)|copyFile|symlink|link|truncate|create|makeTemp|chmod|chown|utime|open[^;]*(write|append|create))|node:fs/;
  const files = [...filesIn("lib"), ...filesIn("scripts")];
  const found = files.filter((file) => changing.test(Deno.readTextFileSync(ROOT + file)));
  assertEquals(found.sort(), ["lib/files/folders.ts", "lib/files/write_whole.ts"]);
});

Deno.test("makeFolder() makes folders, and says which flag names one that it cannot make", () =>
  withVictim(async (folder) => {
    await makeFolder(`${folder}/a/b`);
    await makeFolder(`${folder}/a/b`);
    assertEquals(namesIn(`${folder}/a`), ["b"]);
    const blocked = () => makeFolder(`${folder}/victim/b`, { flag: "--cache" });
    await assertRejectsCode(blocked, "file-not-written: choose another folder (--cache)");
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
