import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  openEmbeddings,
  readEmbedding,
  readImageNames,
} from "../../lib/opening/stored_embeddings.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";
import { unit } from "../../lib/engine/run/hooked_run.ts";
import { writeNpy } from "../../lib/files/tensors.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { type Vectors, writeMatrix, writeTensors } from "./embedding_files.ts";

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
    const code = "image-embeddings-wrong";
    const read = () => readImageNames(matrix, 2);
    await assertRejectsCode(read, code, `cannot read "${path}": there is no such file; expected a`);
    const refuses = async (text: string, reason: string) => {
      await Deno.writeTextFile(path, text);
      await assertRejectsCode(
        read,
        code,
        `Cannot use the names of images in "${path}": ${reason}; `,
      );
    };
    await refuses("a\n", `it has 1 names, and "${matrix}" has 2 rows`);
    await refuses("a\nb\nc", `it has 3 names, and "${matrix}" has 2 rows`);
    await refuses("", `it has 0 names, and "${matrix}" has 2 rows`);
    await refuses("a\na\n", 'lines 1 and 2 are both "a"');
    await refuses("a\n\nb", "line 2 is empty");
    await Deno.writeFile(path, new Uint8Array([0xff, 0x0a, 0x61]));
    await assertRejectsCode(read, code, path);
    await Deno.remove(path);
    await Deno.mkdir(path);
    await assertRejectsCode(read, code, "it is a folder");
  }));

const PAIR = { pair: "p1" };
const VECTORS: Vectors = new Map([["b.jpg", [3, 0, 4, 0]], ["sub/a.jpg", [0, -0.5, 0, 0]]]);

/** Writes vectors in both forms. */
async function bothForms(folder: string, vectors: Vectors): Promise<readonly [string, string]> {
  const [matrix, tensors] = [`${folder}/images.npy`, `${folder}/images.safetensors`];
  await writeMatrix(matrix, vectors);
  await writeTensors(tensors, vectors);
  return [matrix, tensors];
}

for (const file of ["images.npy", "images.safetensors", "images.pt"]) {
  Deno.test(`readEmbedding() reads what Python writes: ${file}`, async () => {
    const stored = await openEmbeddings(fixture(`image_embeddings/${file}`), 4);
    assertEquals([...stored.arrays.keys()].sort(), ["a.jpg", "c.jpg", "sub/é b.png"]);
    ["a.jpg", "sub/é b.png", "c.jpg"].forEach((name, image) => {
      const row = [0, 1, 2, 3].map((i) => Math.fround((4 * image + i - 5) / 3)); // see the recipe
      const length = Math.hypot(...row);
      readEmbedding(stored, name, PAIR).forEach((x, i) =>
        assertAlmostEquals(x, row[i]! / length, 2 ** -24) // the rounding to float32
      );
    });
  });
}

Deno.test("readEmbedding() keeps each bit of a vector of length 1, and scales others to it", () =>
  inFolder(async (folder) => {
    const random = (seed: number) =>
      Float32Array.from({ length: 4 }, (_, i) => Math.sin(seed * 7 + i ** 2));
    const units = new Map(Array.from({ length: 2000 }, (_, i) => [`${i}`, unit(random(i))]));
    const changed = [...units.values()].filter((own) => unit(own).some((x, i) => x !== own[i]));
    assertEquals(changed.length > 0, true, "dividing again changes no bit of any vector");
    const [path] = await bothForms(folder, units);
    const stored = await openEmbeddings(path, 4);
    for (const [name, own] of units) assertEquals(readEmbedding(stored, name, PAIR), own);
    const scaled = new Map([...units].map(([name, own]) => [name, own.map((x) => x * 1.00001)]));
    const [again] = await bothForms(folder, scaled);
    const other = await openEmbeddings(again, 4);
    for (const [name, own] of units) {
      const vector = readEmbedding(other, name, PAIR);
      vector.forEach((x, i) => assertAlmostEquals(x, own[i]!, 2 ** -23)); // one rounding of each
    }
  }));

Deno.test("openEmbeddings() accepts tensors [1, projection] and names the files among a run's sources", () =>
  inFolder(async (folder) => {
    const [matrix] = await bothForms(folder, VECTORS);
    const tensors = `${folder}/rows.safetensors`;
    await writeTensors(tensors, VECTORS, (size) => [1, size]);
    const filesOf = async (path: string) =>
      [...(await openEmbeddings(path, 4)).files].map(([name, { path }]) => [name, path]);
    assertEquals(await filesOf(matrix), [
      ["image embeddings", matrix],
      ["image names", `${folder}/images.txt`],
    ]);
    assertEquals(await filesOf(tensors), [["image embeddings", tensors]]);
    const stored = await openEmbeddings(tensors, 4);
    assertEquals([...readEmbedding(stored, "sub/a.jpg", PAIR)], [0, -1, 0, 0]);
  }));

Deno.test("openEmbeddings() refuses another size, all images in one tensor, and a matrix stored by columns", () =>
  inFolder(async (folder) => {
    const [matrix, tensors] = await bothForms(folder, VECTORS);
    const refuses = (path: string, size: number, reason: string) =>
      assertRejectsCode(
        () => openEmbeddings(path, size),
        `image-embeddings-wrong: Cannot use the image embeddings of "${path}": ${reason}`,
      );
    await refuses(matrix, 5, "its shape is [2, 4]; expected [images, 5], since the model's");
    await refuses(tensors, 5, 'the shape of "b.jpg" is [4]; expected an array [5] for each image');
    const whole = `${folder}/whole.safetensors`;
    await writeTensors(whole, new Map([["embeddings", [1, 2, 3, 4, 5, 6, 7, 8]]]), () => [2, 4]);
    const saves = "named as the data name the image; save each image's row as an array of its own";
    await refuses(
      whole,
      4,
      `the shape of "embeddings" is [2, 4]; expected an array [4] for each image, ${saves}`,
    );
    const bytes = await Deno.readFile(matrix);
    const header = new TextDecoder().decode(bytes.subarray(10, 128));
    const columns = header.replace("'fortran_order': False", "'fortran_order': True ");
    bytes.set(new TextEncoder().encode(columns), 10);
    await Deno.writeFile(matrix, bytes);
    await refuses(matrix, 4, "it is stored column by column, in Fortran order; expected rows that");
  }));

/** Writes a .npy file of some shape with the names beside it; its numbers count up from 1. */
async function writeShape(
  path: string,
  shape: readonly number[],
  names: readonly string[],
): Promise<void> {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = Float32Array.from({ length: size }, (_, i) => i + 1);
  const axes = (["batch", "row", "column", "projection"] as const).slice(0, shape.length);
  await writeNpy(path, new Tensor(data, shape, axes));
  await Deno.writeTextFile(path.replace(".npy", ".txt"), names.join("\n"));
}

Deno.test("openEmbeddings() reads a matrix through axes of length 1, and refuses any other further axis", () =>
  inFolder(async (folder) => {
    const path = `${folder}/made.npy`;
    const direction = (...numbers: number[]) => {
      const length = Math.hypot(...numbers);
      return numbers.map((x) => x / length);
    };
    const one = [["a", direction(1, 2, 3)]] as const;
    const two = [...one, ["b", direction(4, 5, 6)]] as const;
    const cases = [
      ...[[[3], one], [[1, 3], one], [[1, 1, 3], one]] as const,
      ...[[[2, 3], two], [[2, 1, 3], two], [[1, 2, 3], two], [[1, 2, 1, 3], two]] as const,
    ];
    for (const [shape, expected] of cases) {
      await writeShape(path, shape, expected.map(([name]) => name));
      const stored = await openEmbeddings(path, 3);
      assertEquals([...stored.arrays.keys()], expected.map(([name]) => name));
      for (const [name, numbers] of expected) {
        readEmbedding(stored, name).forEach((x, i) => assertAlmostEquals(x, numbers[i]!, 2 ** -24));
      }
    }
    for (const shape of [[2, 2, 3], [3, 1], [3, 2], [6], []]) {
      await writeShape(path, shape, ["a", "b"]);
      const says = `its shape is [${shape.join(", ")}]; expected [images, 3]`;
      await assertRejectsCode(() => openEmbeddings(path, 3), "image-embeddings-wrong", says);
    }
    await writeShape(path, [1, 3], ["a", "b"]);
    await assertRejectsCode(() => openEmbeddings(path, 3), "image-embeddings-wrong: has 1 rows");
  }));

Deno.test("openEmbeddings() says of a file that it cannot read what image embeddings must be", () =>
  inFolder(async (folder) => {
    const matrix = "expected a .npy file of float32 numbers [images, 4], one row for each image; ";
    const arrays =
      "expected a file of safetensors or torch.save with an array [4] for each image, named as the data name the image, or a matrix with a row for each image under a name that ends in .npy; ";
    const anew = "check the path, or write the file again as float32";
    const pointer = "version https://git-lfs.github.com/spec/v1\n";
    const [, tensors] = await bothForms(folder, VECTORS);
    const whole = await Deno.readFile(tensors);
    const weights = (name: string) => Deno.readFileSync(fixture(`checkpoints/${name}`));
    const index = JSON.stringify({ weight_map: { "a.jpg": "part" } });
    const cases: readonly (readonly [string, Uint8Array | string | undefined, string])[] = [
      ["a.npy", undefined, `there is no such file; ${matrix}${anew}`],
      ["a.safetensors", undefined, `there is no such file; ${arrays}${anew}`],
      ["b.npy", whole, `it does not begin as a .npy file does; ${matrix}${anew}`],
      ["d.npy", weights("big_endian.npy"), `">f4, which is big-endian"; ${matrix}${anew}`],
      ["p.pt", pointer, `not the file itself; ${arrays}download the file itself, or run git lfs`],
      ["f.safetensors", whole.subarray(0, -1), `; ${arrays}${anew}`],
      ["g.json", index, `there is no such file; ${arrays}${anew}`],
      ["h.pt", weights("legacy.pt"), `format before version 1.6; ${arrays}save it again with`],
    ];
    for (const [name, content, says] of cases) {
      const path = `${folder}/${name}`;
      if (typeof content === "string") await Deno.writeTextFile(path, content);
      else if (content !== undefined) await Deno.writeFile(path, content);
      const open = () => openEmbeddings(path, 4);
      const { message } = await assertRejectsCode(open, "image-embeddings-wrong", says);
      assertEquals(message.startsWith(`Cannot read the image embeddings of "${path}": `), true);
      assertEquals(/weight file|model/.test(message), false, message);
    }
  }));

Deno.test("readEmbedding() says of embeddings that are gone that these cannot be read", () =>
  inFolder(async (folder) => {
    for (const path of await bothForms(folder, VECTORS)) {
      const stored = await openEmbeddings(path, 4);
      await Deno.remove(path);
      const says =
        `Cannot read the image embeddings of "${path}": there is no such file; expected `;
      assertThrowsCode(() => readEmbedding(stored, "b.jpg"), "image-embeddings-wrong", says);
    }
  }));

Deno.test("readEmbedding() refuses an image without an embedding, and one without a direction", () =>
  inFolder(async (folder) => {
    const vectors: Vectors = new Map([
      ["nan", [1, NaN]],
      ["infinite", [-Infinity, 0]],
      ["zeros", [0, -0]],
    ]);
    for (const path of await bothForms(folder, vectors)) {
      const stored = await openEmbeddings(path, 2);
      const wrong = (name: string, reason: string) => {
        const says = `the embedding of image "${name}" of pair "p1" in "${path}": ${reason}; embed`;
        assertThrowsCode(() => readEmbedding(stored, name, PAIR), "image-embeddings-wrong", says);
      };
      wrong("nan", "value 1 is NaN in single precision");
      wrong("infinite", "value 0 is infinite in single precision");
      wrong("zeros", "it holds nothing but zeros");
      const says = `"${path}": it is not among the file's names (3), which begin with "nan"; name`;
      const missing = () => readEmbedding(stored, "nan.jpg", PAIR);
      assertThrowsCode(missing, "image-embedding-missing", says);
    }
    const none = `${folder}/none.npy`;
    await writeNpy(none, new Tensor(new Float32Array(), [0, 2], ["batch", "projection"]));
    await Deno.writeTextFile(`${folder}/none.txt`, "");
    const stored = await openEmbeddings(none, 2);
    const gone = () => readEmbedding(stored, "a", PAIR);
    assertThrowsCode(gone, "image-embedding-missing: the file has no embeddings");
  }));
