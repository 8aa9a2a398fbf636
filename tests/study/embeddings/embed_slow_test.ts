import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import { embedImages, embedKeptImages, embedSentences } from "../../../lib/study/embeddings.ts";
import { similarity } from "../../../lib/model/families.ts";
import { keptIn } from "../kept_map.ts";
import { goldenImages, studyPairs, TINY, withClip } from "../../studies.ts";
import { assertRejectsCode } from "../../error_codes.ts";

/** Rows with as many images, each of them the photo. */
function photos(count: number): Pair[] {
  const caption = "There is a boat.";
  const foil = "There is no boat.";
  return Array.from(
    { length: count },
    (_, i) => ({ id: `row ${i}`, image: `${i}.jpg`, negation: "foil", caption, foil }),
  );
}

Deno.test("embedSentences() names the file and the sentence whose embedding is not finite", () =>
  withClip(TINY, async ({ text }) => {
    const [boat] = text.encode("boat").slice(1);
    const model = fromBinary(ModelProtoSchema, await Deno.readFile(text.tower.path));
    const weight = model.graph!.initializer.find(({ name }) => /token_embedding/.test(name))!;
    const numbers = new Float32Array(weight.rawData.slice().buffer);
    numbers.fill(3e38, boat! * 16, boat! * 16 + 8); // one token's vector
    weight.rawData = new Uint8Array(numbers.buffer);
    const path = await Deno.makeTempFile({ suffix: ".onnx" });
    try {
      await Deno.writeFile(path, toBinary(ModelProtoSchema, model));
      await using clip = await Clip.load(TINY.model, { towers: ["text"], onnxText: path });
      await embedSentences(clip.text, [{ ...photos(1)[0]!, caption: "No dog.", foil: "A dog." }]);
      const said = `Cannot use "${path}": its embedding of "There is a boat." is not finite`;
      const embedding = () => embedSentences(clip.text, photos(1));
      await assertRejectsCode(embedding, "weights-not-finite", said);
    } finally {
      await Deno.remove(path);
    }
  }));

Deno.test("embedImages() gives the reference embeddings of whole image files", () =>
  withClip(TINY, async ({ image }) => {
    const pairs = await studyPairs(TINY);
    const read = (pair: Pair) => Deno.readFile(`${TINY.images}/${pair.image}`);
    const embeddings = await embedImages(image, pairs, { read });
    assertEquals([...embeddings.keys()], [...new Set(pairs.map((pair) => pair.image))]);
    for (const [name, expected] of goldenImages(TINY)) {
      // A cosine of 1 - x^2 / 2 is an angle of x: 1e-5 for a difference of one grey level in one of 576 pixels, and float32.
      assertAlmostEquals(similarity(embeddings.get(name)!, expected), 100, 1e-5, name);
    }
  }));

Deno.test("embedImages() keeps its embeddings when an image has vanished, and embedKeptImages() resumes from there with the same bits", () =>
  withClip(TINY, async ({ image }) => {
    const bytes = await Deno.readFile(`${TINY.images}/photo.jpg`);
    const read = () => Promise.resolve(bytes);
    const whole = await embedImages(image, photos(40), { read });
    const rows = new Map<string, readonly number[]>();
    const kept = keptIn(rows);
    const vanishing = ({ id }: Pair) =>
      id === "row 37" ? Promise.reject(new Error("vanished")) : read();
    await assertRejects(
      () => embedImages(image, photos(40), { read: vanishing, kept }),
      Error,
      "vanished",
    );
    assertEquals(rows.size, 32); // two batches of 16
    rows.set("3.jpg", [1, 2]); // of another size, so not used
    const asked: string[] = [];
    const asking = ({ id }: Pair) => {
      asked.push(id);
      return read();
    };
    const { embeddings: again } = await embedKeptImages(
      photos(40),
      (some, options) => embedImages(image, some, { ...options, read: asking }),
      { kept, size: image.tower.shape.projection, keyOf: (name) => name },
    );
    assertEquals(asked, ["row 3", ...Array.from({ length: 8 }, (_, i) => `row ${32 + i}`)]);
    for (const [name, vector] of whole) assertEquals(again.get(name), vector);
  }));

Deno.test("embedImages() reads each image once, by its first row, and reports its progress", () =>
  withClip(TINY, async ({ image }) => {
    const bytes = await Deno.readFile(`${TINY.images}/photo.jpg`);
    const read: string[] = [];
    const told: string[] = [];
    const embeddings = await embedImages(image, [...photos(20), ...photos(20)], {
      read: ({ id }) => {
        read.push(id);
        return Promise.resolve(bytes);
      },
      progress: (done, total) => told.push(`${done}/${total}`),
    });
    assertEquals(read, photos(20).map(({ id }) => id));
    assertEquals([...embeddings.keys()], photos(20).map((pair) => pair.image));
    assertEquals(told, ["16/20", "20/20"]);
    const [first, ...others] = embeddings.values(); // equal whatever the batch
    for (const other of others) assertEquals(other, first);
  }));

Deno.test("embedImages() reports the first bad image of a batch once all others have settled", () =>
  withClip(TINY, async ({ image }) => {
    const bytes = await Deno.readFile(`${TINY.images}/photo.jpg`);
    let reading = 0;
    const read = async ({ image }: Pair) => {
      reading++;
      await new Promise((resolve) => setTimeout(resolve, image === "17.jpg" ? 20 : 5));
      reading--;
      return image === "17.jpg" || image === "18.jpg" ? bytes.subarray(0, 9) : bytes;
    };
    await assertRejectsCode(
      () => embedImages(image, photos(20), { read }),
      'image-undecodable: Cannot decode image "17.jpg"',
    );
    assertEquals(reading, 0);
    let rejected = false;
    await embedImages(image, photos(40), { read }).catch(() => rejected = true);
    assert(rejected);
    assertEquals(reading, 0);
  }));
