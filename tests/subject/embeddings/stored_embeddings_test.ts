import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { unit } from "../../../lib/engine/run/hooked_run.ts";
import { fileStamp } from "../../../lib/files/stamp.ts";
import { writeNpy } from "../../../lib/hooks/export/npy.ts";
import { Tensor } from "../../../lib/hooks/tensor.ts";
import type { ErrorCode } from "../../../lib/errors.ts";
import {
  openEmbeddings,
  readEmbedding,
} from "../../../lib/subject/embeddings/stored_embeddings.ts";
import { assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";
import { type Vectors, writeMatrix, writeTensors } from "./embedding_files.ts";

const PAIR = { pair: "p1" };
const VECTORS: Vectors = new Map([["b.jpg", [3, 0, 4, 0]], ["sub/a.jpg", [0, -0.5, 0, 0]]]);

/** Writes vectors in both forms. */
async function bothForms(folder: string, vectors: Vectors): Promise<readonly [string, string]> {
  const [matrix, tensors] = [`${folder}/images.npy`, `${folder}/images.safetensors`];
  await writeMatrix(matrix, vectors);
  await writeTensors(tensors, vectors);
  return [matrix, tensors];
}

Deno.test("readEmbedding() finds an image by its name and divides its embedding by its length, in both forms", () =>
  inFolder(async (folder) => {
    for (const path of await bothForms(folder, VECTORS)) {
      const stored = await openEmbeddings(path, 4);
      assertEquals([...stored.arrays.keys()].sort(), ["b.jpg", "sub/a.jpg"]);
      const read = (name: string) => [...readEmbedding(stored, name, PAIR)];
      assertEquals(read("b.jpg"), [3 / 5, 0, 4 / 5, 0].map(Math.fround));
      assertEquals(read("sub/a.jpg"), [0, -1, 0, 0]);
    }
  }));

Deno.test("readEmbedding() finds no image by a part of its name", () =>
  inFolder(async (folder) => {
    for (const path of await bothForms(folder, VECTORS)) {
      const stored = await openEmbeddings(path, 4);
      for (const name of ["a.jpg", "sub/b.jpg", "./b.jpg", "b", "B.jpg"]) {
        assertThrowsCode(
          () => readEmbedding(stored, name, PAIR),
          "image-embedding-missing",
          `image "${name}" of pair "p1"`,
        );
      }
    }
  }));

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

Deno.test("openEmbeddings() counts an index among the files, since it decides which shard an image is in", () =>
  inFolder(async (folder) => {
    await writeTensors(`${folder}/one`, new Map([["a.jpg", [1, 0]], ["b.jpg", [1, 0]]]));
    await writeTensors(`${folder}/two`, new Map([["a.jpg", [0, 1]], ["b.jpg", [0, 1]]]));
    const path = `${folder}/index.json`;
    const openWith = async (weight_map: Readonly<Record<string, string>>) => {
      await Deno.writeTextFile(path, JSON.stringify({ weight_map }));
      return await openEmbeddings(path, 2);
    };
    const first = await openWith({ "a.jpg": "one", "b.jpg": "two" });
    assertEquals([...first.files].map(([name, { path }]) => [name, path]), [
      ["image embeddings", path],
      ["image embeddings 1", `${folder}/one`],
      ["image embeddings 2", `${folder}/two`],
    ]);
    for (const { path, stamp } of first.files.values()) assertEquals(await fileStamp(path), stamp);
    const swapped = await openWith({ "b.jpg": "one", "a.jpg": "two" });
    assertEquals([...readEmbedding(first, "a.jpg")], [1, 0]);
    assertEquals([...readEmbedding(swapped, "a.jpg")], [0, 1]);
    const stampIn = ({ files }: typeof first) => files.get("image embeddings")!.stamp;
    assertNotEquals(stampIn(swapped), stampIn(first));
  }));

Deno.test("openEmbeddings() refuses another size, all images in one tensor, and a matrix stored by columns", () =>
  inFolder(async (folder) => {
    const [matrix, tensors] = await bothForms(folder, VECTORS);
    const refuses = (path: string, size: number, reason: string) =>
      assertRejectsCode(
        () => openEmbeddings(path, size),
        "image-embeddings-shape",
        `Cannot use the image embeddings of "${path}": ${reason}`,
      );
    await refuses(
      matrix,
      5,
      "its shape is [2, 4]; expected [images, 5], since the model's embeddings have 5 numbers",
    );
    await refuses(tensors, 5, 'the shape of "b.jpg" is [4]; expected an array [5] for each image');
    const whole = `${folder}/whole.safetensors`;
    await writeTensors(whole, new Map([["embeddings", [1, 2, 3, 4, 5, 6, 7, 8]]]), () => [2, 4]);
    await refuses(whole, 4, 'the shape of "embeddings" is [2, 4]; expected an array [4] for each');
    const bytes = await Deno.readFile(matrix);
    const header = new TextDecoder().decode(bytes.subarray(10, 128));
    const columns = header.replace("'fortran_order': False", "'fortran_order': True ");
    bytes.set(new TextEncoder().encode(columns), 10);
    await Deno.writeFile(matrix, bytes);
    await refuses(
      matrix,
      4,
      "it is stored column by column, in Fortran order; expected rows that lie",
    );
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
      const refuses = (name: string, code: ErrorCode, message: string) =>
        assertThrowsCode(() => readEmbedding(stored, name, PAIR), code, message);
      const wrong = (name: string, reason: string) =>
        refuses(
          name,
          "image-embedding-wrong",
          `Cannot use the embedding of image "${name}" of pair "p1" in "${path}": ${reason}; embed the image again`,
        );
      wrong("nan", "value 1 is NaN in single precision");
      wrong("infinite", "value 0 is infinite in single precision");
      wrong("zeros", "it holds nothing but zeros");
      refuses(
        "nan.jpg",
        "image-embedding-missing",
        `Cannot find the embedding of image "nan.jpg" of pair "p1" in "${path}": it is not among the file's names (3), which begin with "nan"; name the embeddings as the data name the images`,
      );
    }
    const none = `${folder}/none.npy`;
    await writeNpy(none, new Tensor(new Float32Array(), [0, 2], ["batch", "projection"]));
    await Deno.writeTextFile(`${folder}/none.txt`, "");
    const stored = await openEmbeddings(none, 2);
    assertThrowsCode(
      () => readEmbedding(stored, "a", PAIR),
      "image-embedding-missing",
      "the file has no embeddings",
    );
  }));
