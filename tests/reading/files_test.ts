import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { onDisk } from "../../lib/files/read_file.ts";
import { readingFailure } from "../../lib/errors/errors.ts";
import {
  type Files,
  isAbsent,
  MemoryFiles,
  MOST_BYTES,
  readText,
} from "../../lib/reading/files.ts";
import { inFolder } from "../scripts/task_process.ts";

const CONTENT = { "model/config.json": "{}", "model/onnx/a.onnx": "ab", "rows.csv": "id\r\n" };

/** The same files on the disk and in memory, and the folder that they are in. */
async function withBoth(check: (files: Files, folder: string) => Promise<void>): Promise<void> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const all = Object.entries(CONTENT);
  await check(new MemoryFiles(all.map(([path, text]) => [path, bytes(text)])), ".");
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/model/onnx`, { recursive: true });
    for (const [path, text] of all) await Deno.writeTextFile(`${folder}/${path}`, text);
    await check(onDisk(folder).files, folder);
  });
}

Deno.test("files in memory are read as files of the disk are", () =>
  withBoth(async (files, folder) => {
    const path = (name: string) => `${folder}/${name}`;
    assertEquals(await readText({ files, path: path("rows.csv") }, MOST_BYTES.rows), "id\r\n");
    using file = files.open(path("model/../model/onnx/a.onnx"));
    assertEquals([file.size, file.stamp], [2, await files.stampOf(path("model/onnx/a.onnx"))]);
    assertEquals([...file.readSync(1, 1)], ["b".charCodeAt(0)]);
    assertEquals([...await file.read(0, 2)], [97, 98]);
    assertThrows(() => file.readSync(1, 2), Error, "shorter");
    await assertRejects(() => file.whole(1), Error, "it has 2 bytes where 1 are allowed");
    assertEquals((await files.namesIn(path("model"))).sort(), ["config.json", "onnx"]);
    const kinds = ["model", "rows.csv", "none", "rows.csv/none"];
    assertEquals(await Promise.all(kinds.map((name) => files.kindOf(path(name)))), [
      ...["folder", "file", "absent", "absent"],
    ]);
    const real = [path("model/config.json"), path("model")].map((at) => files.realPathSync(at));
    assert(real[0] === `${real[1]}/config.json`);
    assertEquals(files.resolve(path("model/./none/..")), files.resolve(path("model")));
  }));

Deno.test("what is not a file in memory fails as it does on the disk", () =>
  withBoth(async (files, folder) => {
    const none = `${folder}/none`;
    const failures = [
      assertThrows(() => files.open(none)),
      assertThrows(() => files.realPathSync(none)),
      await assertRejects(() => files.namesIn(none)),
      await assertRejects(() => files.stampOf(none)),
    ];
    for (const error of failures) {
      assertEquals([isAbsent(error), readingFailure(error)], [true, "there is no such file"]);
    }
    assertEquals(
      readingFailure(assertThrows(() => files.open(`${folder}/model`))),
      "it is a folder",
    );
  }));

Deno.test("a reader of a file in memory gets bytes of its own, which it may free", () => {
  const bytes = Uint8Array.from([1, 2]);
  const files = new MemoryFiles([["a", bytes]]);
  files.open("a").readSync(0, 2).buffer.transfer();
  assertEquals([...bytes], [1, 2]);
});
