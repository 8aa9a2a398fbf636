/** Every read of the kit goes through lib/files/opened_file.ts, which opens regular files only. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { OpenedFile } from "../../lib/files/opened_file.ts";
import { filesIn, ROOT } from "../imports.ts";

/** Files that open others: the door, and those of lib/disk that lock, sync or write. */
const OPENING = [
  "lib/disk/folder_lock.ts",
  "lib/disk/folders.ts",
  "lib/disk/own_file.ts",
  "lib/disk/private.ts",
  "lib/disk/replaced_files.ts",
  "lib/files/opened_file.ts",
];

async function withFile(text: string, use: (path: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/a`, text);
    await use(`${folder}/a`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("no module but the door and those of lib/disk that write opens a file", () => {
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
    await assertRejects(() => file.read(5, 2), Error, "it became shorter");
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
    const says = "it became longer while it was read";
    await assertRejects(() => file.whole(9), Error, says);
    assertThrows(() => file.wholeSync(9), Error, says);
    await assertRejects(() => Array.fromAsync(file.pieces()), Error, says);
  }));
