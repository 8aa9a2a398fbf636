import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileNotWritten } from "../../lib/files/writing_errors.ts";
import { writeWhole } from "../../lib/files/write_whole.ts";
import { assertRejectsCode } from "../error_codes.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
}

Deno.test("writeWhole() writes text and bytes and leaves nothing beside them", () =>
  inFolder(async (folder) => {
    await writeWhole(`${folder}/a.csv`, "é\r\n");
    await writeWhole(`${folder}/b.png`, new Uint8Array([0, 255]));
    assertEquals(Deno.readTextFileSync(`${folder}/a.csv`), "é\r\n");
    assertEquals(Deno.readFileSync(`${folder}/b.png`), new Uint8Array([0, 255]));
    assertEquals(names(folder), ["a.csv", "b.png"]);
  }));

Deno.test("writeWhole() never shows a partly written file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv`;
    const content = "x".repeat(8 << 20);
    await writeWhole(path, "old");
    const writing = writeWhole(path, content).then(() => false);
    const sizes = new Set<number>();
    do sizes.add((await Deno.stat(path)).size); while (
      await Promise.race([writing, Promise.resolve(true)])
    );
    sizes.add((await Deno.stat(path)).size);
    assertEquals([...sizes].sort((a, b) => a - b), [3, content.length]);
  }));

Deno.test("writeWhole() reports that a folder is in the way, and cleans up", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/a.csv`);
    const writing = () => writeWhole(`${folder}/a.csv`, "x");
    await assertRejectsCode(
      writing,
      "file-not-written",
      'a.csv": a folder of that name is in the way',
    );
    assertEquals(names(folder), ["a.csv"]);
  }));

Deno.test("writeWhole() reports that the folder does not exist", () =>
  inFolder(async (folder) => {
    const writing = () => writeWhole(`${folder}/none/a.csv`, "x");
    await assertRejectsCode(writing, "file-not-written", 'none/a.csv": its folder does not exist');
  }));

Deno.test("writeWhole() keeps the old file when the new one cannot be written", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv`;
    await writeWhole(path, "old");
    Deno.mkdirSync(`${path}.partial`);
    await assertRejectsCode(() => writeWhole(path, "new"), "file-not-written", 'Cannot write "');
    assertEquals(Deno.readTextFileSync(path), "old");
  }));

Deno.test("fileNotWritten() says what to do for each error of the system", () => {
  const told = (code: string) => fileNotWritten("a.csv", Object.assign(new Error("os"), { code }));
  assertEquals(
    told("ENOSPC").message,
    'Cannot write "a.csv": the disk is full; make room and start again',
  );
  for (const code of ["EACCES", "EPERM", "EROFS"]) {
    assertStringIncludes(told(code).message, "choose a folder that you may write to");
  }
  assertStringIncludes(told("EIO").message, '"a.csv": os');
});
