import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import {
  digestFile,
  DISK,
  KnownDigests,
  OpenedFile,
  readBytes,
  readText,
  readTextSync,
  sha256Each,
  sha256File,
  sha256Together,
  sizeText,
  stampOf,
} from "../../lib/files/read_file.ts";
import { inFolder } from "../scripts/task_process.ts";
import { filesIn, ROOT } from "../imports.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { assertRejectsCode } from "../error_codes.ts";

Deno.test("DISK does not take a file that it cannot examine for absent", async () => {
  await assertRejects(() => DISK.kindOf("_".repeat(300)), Error, "name too long");
});

/** Files that open others: the door, and those that lock or write. */
const OPENING = ["lib/files/read_file.ts", "lib/files/write_whole.ts"];

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

/** SHA-256 of "abc" (FIPS 180-2, appendix B). */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("sha256File() takes a file of no bytes, and joins the pieces of a long one", () =>
  inFolder(async (folder) => {
    for (const length of [0, 3_000_001]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i * i);
      await Deno.writeFile(`${folder}/a`, bytes);
      const whole = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      assertEquals(await sha256File(`${folder}/a`), whole.toHex());
    }
  }));

Deno.test("sha256File() rejects what is no file", async () => {
  const code = "file-unreadable";
  await assertRejectsCode(() => sha256File("none"), code, "there is no such file; check that file");
  await assertRejectsCode(() => sha256File("lib"), code, "it is a folder");
  const hole = await Deno.makeTempFile(); // it takes no room
  await Deno.truncate(hole, 2 ** 39);
  await assertRejectsCode(() => sha256File(hole), code, "where 274,877,906,944 are allowed");
  await Deno.remove(hole);
});

Deno.test("sha256Together() is the checksum of the list that sha256sum writes, whatever the order of the files", async () => {
  const checksums = { "b.png": sha256Text("b"), "a.png": sha256Text("") };
  const list = `${checksums["a.png"]}  a.png\n${checksums["b.png"]}  b.png\n`;
  assertEquals(sha256Together(new Map(Object.entries(checksums))), sha256Text(list));
  assertEquals(sha256Together(await sha256Each(new Map())), sha256Text(""));
});

Deno.test("sha256Together() does not take a name with a line break for two files", () => {
  const [a, b] = [sha256Text("a"), sha256Text("b")];
  const two = sha256Together(new Map([["a.png", a], ["b.png", b]]));
  assertNotEquals(sha256Together(new Map([[`a.png\n${b}  b.png`, a]])), two);
  const [line, quoted] = [new Map([["a\n", a]]), new Map([['"a\\n"', a]])];
  assertNotEquals(sha256Together(line), sha256Together(quoted));
});

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
    const kept = new KnownDigests(digests.known, { mayChange: false });
    assertEquals(await kept.of(path), sha256Text("three"));
    await Deno.writeTextFile(path, "changed");
    await assertRejectsCode(() => kept.of(path), "file-changed: has changed since the run began");
    assertEquals(await digests.of(path), sha256Text("changed"));
  }));

Deno.test("digestFile() names a file by its path within the folder, and other files by their last part", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/onnx`);
    const path = `${folder}/onnx/model.onnx`;
    await Deno.writeTextFile(path, "abc");
    assertEquals(await digestFile(path, folder), { file: "onnx/model.onnx", sha256: ABC });
    assertEquals(await digestFile(path, `${folder}/on`), { file: "model.onnx", sha256: ABC });
    assertEquals(await digestFile(path), { file: "model.onnx", sha256: ABC });
  }));

Deno.test("sizeText() has three digits at most, in the unit that suits", () => {
  const cases = [
    ...[[0, "0 bytes"], [1, "1 byte"], [999, "999 bytes"], [1000, "1.0 kB"], [4186, "4.19 kB"]],
    ...[[9_994, "9.99 kB"], [9_996, "10.0 kB"], [99_960, "100 kB"], [999_499, "999 kB"]],
    ...[[999_500, "1.0 MB"], [2_224_041, "2.22 MB"], [605_247_071, "605 MB"]],
    ...[[999_499_999, "999 MB"], [999_500_000, "1.0 GB"], [1_710_540_580, "1.71 GB"]],
    [12_345_678_901_234, "12346 GB"],
  ] as const;
  for (const [bytes, text] of cases) assertEquals(sizeText(bytes), text);
});
