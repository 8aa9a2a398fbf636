import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  isFile,
  OpenedFile,
  readBytes,
  readText,
  readTextSync,
  stampOf,
} from "../../lib/files/read_file.ts";
import { inFolder } from "../scripts/task_process.ts";
import { filesIn, ROOT } from "../imports.ts";

Deno.test("isFile() does not take a file that it cannot examine for absent", async () => {
  await assertRejects(() => isFile("_".repeat(300)), Error, "name too long");
});

/** Files that open others: the door, and those that lock or write. */
const OPENING = ["lib/files/folders.ts", "lib/files/read_file.ts", "lib/files/write_whole.ts"];

async function withFile(
  content: string | readonly number[],
  use: (path: string) => Promise<void> | void,
): Promise<void> {
  await inFolder(async (folder) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(`${folder}/a`, Uint8Array.from(bytes));
    await use(`${folder}/a`);
  });
}

Deno.test("no module but the door and those that write opens a file", () => {
  const opening = /Deno\.(open|readFile|readTextFile)|node:fs|fetch\("file:/;
  const files = [...filesIn("lib"), ...filesIn("scripts"), "mod.ts"];
  const found = files.filter((file) => opening.test(Deno.readTextFileSync(ROOT + file)));
  assertEquals(found.sort(), OPENING);
});

Deno.test({
  name: "OpenedFile refuses folders, pipes and devices at once, and links to them",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFile("", async (path) => {
      const { success } = await new Deno.Command("mkfifo", { args: [`${path}.pipe`] }).output();
      assertEquals(success, true);
      await Deno.symlink("/dev/zero", `${path}.link`);
      const none = "it is a pipe or a device, not a file";
      for (const place of ["/dev/zero", `${path}.link`, `${path}.pipe`]) {
        assertThrows(() => new OpenedFile(place), Error, none);
      }
      assertThrows(() => new OpenedFile("lib"), Error, "it is a folder");
      assertThrows(() => new OpenedFile(`${path}.none`), Deno.errors.NotFound);
    }),
});

Deno.test("OpenedFile reads parts, the whole and pieces of a file, and nothing after its end", () =>
  withFile("abcdef", async (path) => {
    using file = new OpenedFile(path);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals([file.size, text(await file.read(2, 3)), text(file.readSync(5, 1))], [
      ...[6, "cde", "f"],
    ]);
    assertEquals([text(await file.whole(6)), text(file.wholeSync(6))], ["abcdef", "abcdef"]);
    const pieces = await Array.fromAsync(file.pieces(), text);
    assertEquals(pieces, ["abcdef"]);
    await assertRejects(() => file.read(5, 2), Error, "it became longer or shorter");
  }));

Deno.test("OpenedFile.whole() reads no more bytes than are allowed", () =>
  withFile("", async (path) => {
    await Deno.truncate(path, 1_000_000_000_000); // a file with a hole takes no room
    using file = new OpenedFile(path);
    const says = "it has 1,000,000,000,000 bytes where 1,000 are allowed";
    await assertRejects(() => file.whole(1000), Error, says);
    assertThrows(() => file.wholeSync(1000), Error, says);
  }));

Deno.test("OpenedFile refuses a file that grows while it is read", () =>
  withFile("ab", async (path) => {
    using file = new OpenedFile(path);
    await Deno.writeTextFile(path, "c", { append: true });
    const says = "it became longer or shorter while it was read";
    await assertRejects(() => file.whole(9), Error, says);
    assertThrows(() => file.wholeSync(9), Error, says);
    await assertRejects(() => Array.fromAsync(file.pieces()), Error, says);
  }));

Deno.test("stampOf() takes in the size and both times of change", async () => {
  const info = await Deno.stat(new URL(import.meta.url));
  const time = new Date(0);
  const others = [{ size: 1 }, { mtime: time }, { ctime: time }, { ino: -1 }];
  const stamps = [info, ...others.map((other) => ({ ...info, ...other }))].map(stampOf);
  assertEquals(new Set(stamps).size, 5);
});

Deno.test("readText() leaves out the mark at the beginning, and refuses what is not UTF-8", async () => {
  await withFile([0xef, 0xbb, 0xbf, 0xc3, 0xa9], async (path) => {
    assertEquals([await readText(path, 5), readTextSync(path, 5)], ["é", "é"]);
    assertEquals((await readBytes(path, 5)).length, 5);
  });
  await withFile([0x61, 0xff], async (path) => {
    await assertRejects(() => readText(path, 5), Error, "it is not text in UTF-8");
  });
});
