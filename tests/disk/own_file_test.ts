import { assertEquals, assertRejects } from "@std/assert";
import { replaceLink } from "../../lib/disk/own_file.ts";
import { inFolder } from "../scripts/task_process.ts";

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
      await assertRejects(() => replaceLink(path, "../blobs/3"), Deno.errors.NotFound);
    });
  }));
