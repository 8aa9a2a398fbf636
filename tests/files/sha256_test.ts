import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  digestFile,
  KnownDigests,
  sha256Each,
  sha256File,
  sha256Together,
  sizeText,
} from "../../lib/files/sha256.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";

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
