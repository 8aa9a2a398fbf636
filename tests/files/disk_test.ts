import { assertEquals, assertRejects } from "@std/assert";
import { isFile } from "../../lib/files/disk.ts";
import { inFolder } from "../scripts/task_process.ts";

Deno.test("isFile() tells a file, and a link to one, from folders and from nothing", () =>
  inFolder(async (folder) => {
    const file = `${folder}/a`;
    await Deno.writeTextFile(file, "");
    await Deno.symlink(file, `${folder}/link`);
    const paths = [file, `${folder}/link`, folder, `${folder}/b`, `${file}/b`];
    assertEquals(await Promise.all(paths.map(isFile)), [true, true, false, false, false]);
  }));

Deno.test("isFile() does not take a file that it cannot examine for absent", async () => {
  await assertRejects(() => isFile("_".repeat(300)), Error, "name too long");
});
