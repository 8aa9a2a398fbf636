import { assertEquals, assertRejects } from "@std/assert";
import { KnownDigests } from "../../lib/files/known_digests.ts";
import { sha256Text } from "../../lib/files/sha256.ts";
import { inFolder } from "../scripts/task_process.ts";

Deno.test("KnownDigests notices that a file has changed, whatever its time of change says", () =>
  inFolder(async (folder) => {
    const [path, digests] = [`${folder}/a`, new KnownDigests()];
    await Deno.writeTextFile(path, "one");
    assertEquals(await digests.of(path), sha256Text("one"));
    const { atime, mtime } = await Deno.stat(path);
    await Deno.writeTextFile(path, "three");
    await Deno.utime(path, atime!, mtime!);
    assertEquals(await digests.of(path), sha256Text("three"), "another size");
    await assertRejects(() => digests.of(`${folder}/none`), Error, "none");
  }));
