import { loadStudy } from "../../../lib/opening/load_study.ts";
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { sha256Text } from "../../../lib/reading/sha256.ts";
import { nodeRuntime, RUNTIME_VERSION } from "../../../lib/runtime/node.ts";
import { checksumsOf } from "../../../lib/opening/model_files.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import { EmbeddingCache } from "../../../lib/opening/embedding_cache.ts";
import { codeVersion } from "../../../lib/version/code.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { TINY } from "../../studies.ts";

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
