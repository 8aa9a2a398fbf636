import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { fileStamp, stampOf } from "../../lib/files/stamp.ts";
import { inFolder } from "../scripts/task_process.ts";

Deno.test("fileStamp() tells a file from another of its size and time that took its place", () =>
  inFolder(async (folder) => {
    const [path, other] = [`${folder}/a`, `${folder}/b`];
    for (const each of [path, other]) {
      await Deno.writeTextFile(each, "same");
      await Deno.utime(each, 1, 1);
    }
    const stamp = await fileStamp(path);
    assertEquals(await fileStamp(path), stamp);
    assertEquals(stampOf(await Deno.stat(path)), stamp);
    await Deno.rename(other, path);
    assertNotEquals(await fileStamp(path), stamp);
    await assertRejects(() => fileStamp(other), Deno.errors.NotFound);
  }));

Deno.test("stampOf() takes in the size and both times of change", async () => {
  const info = await Deno.stat(new URL(import.meta.url));
  const time = new Date(0);
  const others = [{ size: 1 }, { mtime: time }, { ctime: time }, { ino: -1 }];
  const stamps = [info, ...others.map((other) => ({ ...info, ...other }))].map(stampOf);
  assertEquals(new Set(stamps).size, 5);
});
