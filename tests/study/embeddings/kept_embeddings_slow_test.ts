import { loadStudy } from "../../../lib/opening/load_study.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { sha256Text } from "../../../lib/files/sha256.ts";
import { nodeRuntime, RUNTIME_VERSION } from "../../../lib/runtime/node.ts";
import { checksumsOf } from "../../../lib/opening/choice/checksums.ts";
import { openInputs } from "../../../lib/opening/choice/open_inputs.ts";
import { EmbeddingCache } from "../../../lib/opening/embeddings/embedding_cache.ts";
import { keptFile, keptVectors, PLACE_BYTES } from "../../../lib/opening/embeddings/kept_file.ts";
import { codeVersion } from "../../../lib/version/code.ts";
import { inFolder, namesIn } from "../../scripts/task_process.ts";
import { TINY } from "../../studies.ts";

/** Scores the tiny study with the cache in a folder: the scores, where the embeddings came from, and what was said. */
async function scored(folder?: string, { seed = 0 } = {}) {
  const cache = folder === undefined
    ? undefined
    : new EmbeddingCache(`${folder}/cache`, { own: `${folder}/own` });
  const inputs = await openInputs({
    ...{ model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1 },
  });
  const options = { runtime: nodeRuntime(), checksums: await checksumsOf(inputs), cache, seed };
  await using study = await loadStudy(inputs, options);
  const said: string[] = [];
  const { scores } = await study.embeddings.scores({ say: (line) => void said.push(line) });
  return { scores, embedded: study.embeddings.origins, said };
}

/** A change to the numbers of an embedding. */
type Change = (vector: Float32Array) => ArrayLike<number>;

/** Rewrites the vectors of the cache's files, and seals them as the kit does. */
async function change(folder: string, vectors: Change, kind = ""): Promise<void> {
  const secret = await Deno.readFile(`${folder}/own/key`);
  for (const name of namesIn(`${folder}/cache`).filter((name) => name.startsWith(kind))) {
    const path = `${folder}/cache/${name}`;
    const bytes = await Deno.readFile(path);
    const { seal: _, ...header } = JSON.parse(new TextDecoder().decode(bytes).split("\n")[0]!);
    const known = keptVectors(bytes, header, { secret, type: Float32Array })!;
    assert(known.size > 0);
    const changed = [...known].map(([key, vector]) =>
      [key, Float32Array.from(vectors(vector))] as const
    );
    await Deno.writeFile(path, keptFile(header, changed, secret));
  }
}

const CACHED = {
  image: { cached: 7, computed: 0, checked: 2 },
  text: { cached: 12, computed: 0, checked: 4 },
};
const COMPUTED = {
  image: { cached: 0, computed: 7, checked: 0 },
  text: { cached: 0, computed: 12, checked: 0 },
};

Deno.test("a run says how many embeddings it took from the cache, and computes a sample of them again", () =>
  inFolder(async (folder) => {
    const { scores } = await scored();
    const first = await scored(folder);
    assertEquals(first, { scores, embedded: COMPUTED, said: [] });
    const second = await scored(folder);
    assertEquals(second, { scores, embedded: CACHED, said: [] });
  }));

Deno.test("kept vectors that another program reversed and sealed are found by the sample, said and replaced", () =>
  inFolder(async (folder) => {
    const { scores } = await scored(folder);
    await change(folder, (vector) => vector.map((x) => -x));
    const attacked = await scored(folder);
    assertEquals(attacked.scores, scores);
    assertEquals(attacked.embedded, {
      image: { ...COMPUTED.image, checked: 2, discarded: 7 },
      text: { ...COMPUTED.text, checked: 4, discarded: 12 },
    });
    assertEquals(attacked.said.length, 2);
    for (const [i, what] of ['image "', 'text "'].entries()) {
      const line = attacked.said[i]!;
      assert(line.startsWith(`Kept embeddings are not used, and computed again: that of ${what}`));
    }
    assertEquals((await scored(folder)).embedded, CACHED); // those are the new ones
    assertEquals((await scored(folder)).scores, scores);
  }));

Deno.test("one bit in a kept vector of the sample is enough, and the seed decides the sample", () =>
  inFolder(async (folder) => {
    await scored(folder);
    let i = 0;
    const oneOfTwelve: Change = (vector) => {
      const bits = new Uint32Array(vector.slice().buffer);
      if (i++ === 0) bits[0]! ^= 1;
      return new Float32Array(bits.buffer);
    };
    await change(folder, oneOfTwelve, "text");
    const file = namesIn(`${folder}/cache`).find((name) => name.startsWith("text"))!;
    const bytes = await Deno.readFile(`${folder}/cache/${file}`);
    const found: number[] = [];
    for (let seed = 0; seed < 6; seed++) {
      await Deno.writeFile(`${folder}/cache/${file}`, bytes);
      const { embedded } = await scored(folder, { seed });
      if (embedded!.text!.discarded === 12) found.push(seed);
    }
    assert(found.length > 0 && found.length < 6, `${found}`); // 4 of 12 texts are in a sample
  }));

for (
  const [what, vectors] of Object.entries<Change>({
    "five times the length": (vector) => vector.map((x) => 5 * x),
    "NaN": (vector) => vector.with(3, NaN),
    "infinity": (vector) => vector.with(3, Infinity),
    "zeros": (vector) => vector.map(() => 0),
  })
) {
  Deno.test(`kept vectors with ${what} are not used, though they are sealed`, () =>
    inFolder(async (folder) => {
      const { scores } = await scored(folder);
      await change(folder, vectors);
      const attacked = await scored(folder);
      assertEquals([attacked.scores, attacked.embedded], [scores, COMPUTED]);
      assertEquals(
        attacked.said.map((line) => line.replace(/"[^"]*"/, "FILE")),
        Array(2).fill(
          "FILE is not used: it cannot be read, is damaged, or was sealed with another key; embeddings are computed again",
        ),
      );
    }));
}

Deno.test("a file with a plain checksum of its content, as somebody without the key can make it, is not used", () =>
  inFolder(async (folder) => {
    const { scores } = await scored(folder);
    for (const name of namesIn(`${folder}/cache`)) {
      const path = `${folder}/cache/${name}`;
      const bytes = await Deno.readFile(path);
      const end = bytes.indexOf("\n".charCodeAt(0));
      const body = bytes.slice(end + 1);
      const numbers = 4 + new DataView(body.buffer).getUint32(0) * PLACE_BYTES;
      for (let i = numbers + 3; i < body.length; i += 4) body[i]! ^= 0x80; // the signs
      const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
      const line = JSON.stringify({ ...header, seal: sha256Text(body) });
      await Deno.writeFile(
        path,
        new Uint8Array([...new TextEncoder().encode(`${line}\n`), ...body]),
      );
    }
    const attacked = await scored(folder);
    assertEquals([attacked.scores, attacked.embedded], [scores, COMPUTED]);
  }));

Deno.test("a cache that others may write into is not used, and that is said", {
  ignore: Deno.build.os === "windows",
}, () =>
  inFolder(async (folder) => {
    const { scores } = await scored(folder);
    await Deno.chmod(`${folder}/cache`, 0o777);
    const open = await scored(folder);
    assertEquals([open.scores, open.embedded], [scores, COMPUTED]);
    assertEquals(open.said, [
      `Embeddings are not kept for other runs: Cannot use the cache "${folder}/cache": other users may write into it; take the right to write from others (chmod go-w), or choose another folder (--cache)`,
    ]);
  }));

Deno.test("embeddings that other code or another device has made are not found", () =>
  inFolder(async (folder) => {
    const cache = new EmbeddingCache(`${folder}/cache`, { own: `${folder}/own` });
    const asked: (readonly string[])[] = [];
    const open = cache.open.bind(cache);
    cache.open = (tower, size) => {
      asked.push(tower.from);
      return open(tower, size);
    };
    const inputs = await openInputs({
      ...{ model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1 },
    });
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
