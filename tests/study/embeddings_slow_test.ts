import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { rowBundles, studyBundle } from "../../lib/show/notebook.ts";
import { Study } from "../../lib/runs/study.ts";
import { checkModelUnchanged, checksumsOf, loadStudy } from "../../lib/opening/load_study.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";
import { goldenImages, studyPairs, TINY, withClip } from "../studies.ts";
import { writeMatrix, writeTensors } from "../opening/embedding_files.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { nodeRuntime, RUNTIME_VERSION } from "../../lib/runtime/node.ts";
import { EmbeddingCache } from "../../lib/opening/embedding_cache.ts";
import { codeVersion } from "../../lib/version/code.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import type { Pair } from "../../lib/data/pairs.ts";
import { embedImages, embedKept, embedSentences } from "../../lib/study/embeddings.ts";
import { similarity } from "../../lib/model/families.ts";
import { keptIn } from "./kept_map.ts";

const { model } = TINY;

Deno.test("a study of image embeddings scores rows that a script made, and has neither pictures nor an image tower", () =>
  inFolder(async (folder) => {
    const imageEmbeddings = `${folder}/images.safetensors`;
    await writeTensors(imageEmbeddings, goldenImages(TINY));
    const pairs = await studyPairs(TINY);
    await using study = await Study.open({ model, pairs, imageEmbeddings, cache: false });
    await using whole = await Study.open({
      ...{ model, pairs, cache: false },
      images: TINY.images,
    });
    const scores = (await study.score()).rows.map(({ d }) => Math.round(d * 1e3));
    assertEquals(scores, (await whole.score()).rows.map(({ d }) => Math.round(d * 1e3)));
    const row = await study.row(pairs[0]!.id);
    assertEquals([row.hasImage, row.hasPicture], [true, false]);
    assertEquals((await rowBundles(row)).length, 1);
    assertStringIncludes(String(study), "; image embeddings from images.safetensors\n");
    assertEquals(/\| image +\|/.test(studyBundle(study)["text/markdown"]!), false);
    await assertRejectsCode(
      () => row.picture(),
      `images-not-given: Cannot read the image of row "${
        pairs[0]!.id
      }": the study has no images; give Study.open() the folder of the images`,
    );
    const refuses = (work: () => Promise<unknown>) =>
      assertRejectsCode(work, `images-not-given: of "${imageEmbeddings}" stand in for it`);
    await refuses(() => study.image());
    await refuses(() => study.run("ablate"));
    const { tables } = await study.run("ablate", { tower: "text", nodes: ["mlps"] });
    assertEquals(tables.ablation.rows.length, 3 * pairs.length); // which needs no image tower
  }));

Deno.test("checkModelUnchanged() refuses image embeddings that have changed since they were read", () =>
  inFolder(async (folder) => {
    const imageEmbeddings = `${folder}/images.npy`;
    for (const file of [imageEmbeddings, `${folder}/images.txt`]) {
      await writeMatrix(imageEmbeddings, goldenImages(TINY));
      const inputs = await openInputs({ model, data: TINY.pairs, imageEmbeddings });
      const checksums = await checksumsOf(inputs);
      await checkModelUnchanged(checksums);
      await Deno.writeTextFile(file, "more", { append: true });
      await assertRejectsCode(
        () => checkModelUnchanged(checksums),
        `file-changed: Cannot use "${file}": it has changed since the run began`,
      );
    }
  }));

Deno.test("a limit and a shard need only the embeddings of their own rows", () =>
  inFolder(async (folder) => {
    const all = goldenImages(TINY);
    const pairs = await studyPairs(TINY);
    const { image } = pairs[0]!;
    const imageEmbeddings = `${folder}/images.npy`;
    await writeMatrix(
      imageEmbeddings,
      new Map([[image, all.get(image)!], ["other.jpg", all.get(image)!]]),
    );
    const own = pairs.filter((pair) => pair.image === image);
    const { embeddings } = await openInputs({ model, pairs: own, imageEmbeddings });
    assertEquals([...embeddings!.vectors.keys()], [image]);
    await assertRejectsCode(
      () => openInputs({ model, pairs, imageEmbeddings }),
      "data-rows-unusable: Cannot use",
    );
  }));

const CHOICE = { model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1 };

/** Scores the tiny study with the cache in a folder: the scores, where the embeddings came from, and what was said. */
async function scored(folder?: string) {
  const cache = folder === undefined ? undefined : new EmbeddingCache(`${folder}/cache`);
  const inputs = await openInputs(CHOICE);
  const options = { runtime: nodeRuntime(), checksums: await checksumsOf(inputs), cache };
  await using study = await loadStudy(inputs, options);
  const said: string[] = [];
  const { scores } = await study.embeddings.scores({ say: (line) => void said.push(line) });
  return { scores, embedded: study.embeddings.origins, said };
}

const CACHED = { image: { cached: 7, computed: 0 }, text: { cached: 12, computed: 0 } };
const COMPUTED = { image: { cached: 0, computed: 7 }, text: { cached: 0, computed: 12 } };

Deno.test("a run says how many embeddings it took from the cache, and has the same scores", () =>
  inFolder(async (folder) => {
    const { scores } = await scored();
    assertEquals(await scored(folder), { scores, embedded: COMPUTED, said: [] });
    assertEquals(await scored(folder), { scores, embedded: CACHED, said: [] });
  }));

Deno.test("kept embeddings that were damaged are not used, which is said, and replaced", () =>
  inFolder(async (folder) => {
    const { scores } = await scored(folder);
    for await (const { name } of Deno.readDir(`${folder}/cache`)) {
      const path = `${folder}/cache/${name}`;
      const bytes = await Deno.readFile(path);
      bytes[bytes.length - 1]! ^= 0x80; // the sign of a number
      await Deno.writeFile(path, bytes);
    }
    const again = await scored(folder);
    assertEquals([again.scores, again.embedded], [scores, COMPUTED]);
    assertEquals(again.said.length, 2);
    for (const line of again.said) assertStringIncludes(line, "it cannot be read or is damaged");
    assertEquals((await scored(folder)).embedded, CACHED);
  }));

Deno.test("embeddings that other code or another device has made are not found", () =>
  inFolder(async (folder) => {
    const cache = new EmbeddingCache(`${folder}/cache`);
    const asked: (readonly string[])[] = [];
    const open = cache.open.bind(cache);
    cache.open = (tower, size) => {
      asked.push(tower.from);
      return open(tower, size);
    };
    const inputs = await openInputs(CHOICE);
    await using study = await loadStudy(inputs, {
      ...{ runtime: nodeRuntime(), checksums: await checksumsOf(inputs), cache },
    });
    await study.embeddings.scores();
    const code = codeVersion("embeddings"); // tests/version shows that it follows the code
    const runtime = `onnxruntime-node ${RUNTIME_VERSION} cpu`;
    for (const from of asked) assert(from.includes(code) && from.includes(runtime));
    assertEquals(asked.length, 2);
    const [image] = asked as [readonly string[]];
    const known = await open({ kind: "image", from: image }, 12);
    const key = (await checksumsOf(inputs)).images.get(inputs.pairs[0]!.image)!;
    assertNotEquals(known.get(key), undefined);
    const others = { [code]: sha256Text("other"), [runtime]: runtime.replace("cpu", "webgpu") };
    for (const [own, other] of Object.entries(others)) {
      const from = image.map((part) => part === own ? other : part);
      assertEquals((await open({ kind: "image", from }, 12)).get(key), undefined);
    }
  }));

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

Deno.test("embedImages() reads each image once and keeps its embedding when another has vanished, and embedKept() resumes from there with the same bits", () =>
  withClip(TINY, async ({ image }) => {
    const bytes = await Deno.readFile(`${TINY.images}/photo.jpg`);
    const read = () => Promise.resolve(bytes);
    const asked: string[] = [];
    const told: string[] = [];
    const asking = ({ id }: Pair) => (asked.push(id), read());
    const whole = await embedImages(image, [...photos(40), ...photos(40)], {
      ...{ read: asking, progress: (done, total) => told.push(`${done}/${total}`) },
    });
    assertEquals(asked.splice(0), photos(40).map(({ id }) => id)); // each once, by its first row
    assertEquals(told, ["16/40", "32/40", "40/40"]);
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
    const { embeddings: again } = await embedKept(
      "image",
      new Set(photos(40).map(({ image }) => image)),
      (unknown) =>
        embedImages(image, photos(40).filter(({ image }) => unknown.has(image)), {
          ...{ kept, read: asking },
        }),
      { kept, size: image.tower.shape.projection, keyOf: (name) => name },
    );
    assertEquals(asked, ["row 3", ...Array.from({ length: 8 }, (_, i) => `row ${32 + i}`)]);
    for (const [name, vector] of whole) assertEquals(again.get(name), vector);
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
