import { assertEquals } from "@std/assert";
import { lockFolder } from "../../lib/disk/folder_lock.ts";
import { assertRejectsCode } from "../error_codes.ts";

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await use(`${root}/deep/run`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

Deno.test("lockFolder() admits one process at a time, and leaves no file", () =>
  inFolder(async (folder) => {
    {
      using _lock = await lockFolder(folder);
      assertEquals(namesIn(folder), [".lock"]);
      const { message } = await assertRejectsCode(() => lockFolder(folder), "folder-in-use");
      assertEquals(
        message,
        `Cannot write into "${folder}": another process is writing into it; wait until it is done, or choose another folder (--out)`,
      );
    }
    assertEquals(namesIn(folder), []);
    using _again = await lockFolder(folder);
    assertEquals(namesIn(folder), [".lock"]);
  }));

Deno.test("lockFolder() waits for the owner on request, and names the flag of its folder", () =>
  inFolder(async (folder) => {
    const order: string[] = [];
    const first = await lockFolder(folder);
    const waiting = lockFolder(folder, { wait: true }).then((lock) => {
      order.push("second");
      lock[Symbol.dispose]();
    });
    await assertRejectsCode(
      () => lockFolder(folder, { flag: "--cache" }),
      "folder-in-use",
      "choose another folder (--cache)",
    );
    order.push("first");
    first[Symbol.dispose]();
    await waiting;
    assertEquals([order, namesIn(folder)], [["first", "second"], []]);
  }));

Deno.test("lockFolder() admits only one of many at the same time", () =>
  inFolder(async (folder) => {
    for (let round = 0; round < 20; round++) {
      const locks = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
      const held = locks.flatMap((lock) => lock.status === "fulfilled" ? [lock.value] : []);
      assertEquals(held.length, 1);
      held.forEach((lock) => lock[Symbol.dispose]());
    }
    assertEquals(namesIn(folder), []);
  }));

Deno.test("lockFolder() ignores the file that a killed process left", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/.lock`, "");
    using _lock = await lockFolder(folder);
    assertEquals(namesIn(folder), [".lock"]);
  }));

Deno.test("lockFolder() reports that a file is in the way", () =>
  inFolder(async (folder) => {
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
    await inFolder(async (folder) => {
      {
        using _lock = await lockFolder(folder);
        const { message } = await assertRejectsCode(() => lockFolder(folder), "folder-in-use");
        assertEquals(
          message,
          `Cannot write into "${folder}": another process is writing into it, or was killed; this file system has no locks to tell; delete "${folder}/.lock" if there is none, or choose another folder (--out)`,
        );
      }
      assertEquals(namesIn(folder), []);
      const locks = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
      assertEquals(locks.filter(({ status }) => status === "fulfilled").length, 1);
    });
  } finally {
    Deno.FsFile.prototype.tryLock = tryLock;
  }
});
