import { assertEquals } from "@std/assert";
import { namesFileOf, readImageNames } from "../../../lib/opening/embeddings/stored_embeddings.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { inFolder } from "../../scripts/task_process.ts";

Deno.test("namesFileOf() has .txt in place of .npy", () => {
  assertEquals(namesFileOf("a.npy/b.NPY"), "a.npy/b.txt");
});

Deno.test("readImageNames() reads a name from each line, however lines end", () =>
  inFolder(async (folder) => {
    const names = ["a b.jpg", " é.jpg", "sub/a.jpg"];
    const texts = [names.join("\n"), `\ufeff${names.join("\r\n")}\r\n`];
    for (const text of texts) {
      await Deno.writeTextFile(`${folder}/images.txt`, text);
      assertEquals(await readImageNames(`${folder}/images.npy`, 3), names);
    }
  }));

Deno.test("readImageNames() refuses names that do not belong to the rows", () =>
  inFolder(async (folder) => {
    const [matrix, path] = [`${folder}/images.npy`, `${folder}/images.txt`];
    await assertRejectsCode(
      () => readImageNames(matrix, 2),
      "image-embeddings-wrong",
      `Cannot tell which images the rows of "${matrix}" are of: cannot read "${path}": there is no such file; expected a text file with the name of an image on each line, in the order of the rows`,
    );
    const refuses = async (text: string, reason: string) => {
      await Deno.writeTextFile(path, text);
      await assertRejectsCode(
        () => readImageNames(matrix, 2),
        "image-embeddings-wrong",
        `Cannot use the names of images in "${path}": ${reason}; expected the name of another image on each line, one for each row of the matrix`,
      );
    };
    await refuses("a\n", `it has 1 names, and "${matrix}" has 2 rows`);
    await refuses("a\nb\nc", `it has 3 names, and "${matrix}" has 2 rows`);
    await refuses("", `it has 0 names, and "${matrix}" has 2 rows`);
    await refuses("a\na\n", 'lines 1 and 2 are both "a"');
    await refuses("a\n\nb", "line 2 is empty");
    await Deno.writeFile(path, new Uint8Array([0xff, 0x0a, 0x61]));
    await assertRejectsCode(() => readImageNames(matrix, 2), "image-embeddings-wrong", path);
    await Deno.remove(path);
    await Deno.mkdir(path);
    await assertRejectsCode(
      () => readImageNames(matrix, 2),
      "image-embeddings-wrong",
      "it is a folder",
    );
  }));
