import { assertEquals, assertRejects } from "@std/assert";
import { readBytes, readText, readTextSync } from "../../lib/files/read_file.ts";

async function withBytes(
  bytes: readonly number[],
  use: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, Uint8Array.from(bytes));
    await use(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("readText() leaves out the mark at the beginning, and refuses what is not UTF-8", async () => {
  await withBytes([0xef, 0xbb, 0xbf, 0xc3, 0xa9], async (path) => {
    assertEquals([await readText(path, 5), readTextSync(path, 5)], ["é", "é"]);
    assertEquals((await readBytes(path, 5)).length, 5);
  });
  await withBytes([0x61, 0xff], async (path) => {
    await assertRejects(() => readText(path, 5), Error, "it is not text in UTF-8");
  });
});
