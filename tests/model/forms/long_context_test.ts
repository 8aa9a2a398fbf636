import { onDisk } from "../../../lib/files/read_file.ts";
import { assertEquals, assertNotEquals } from "@std/assert";
import { loadSentences } from "../../../lib/model/text/text_tower.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";
import { miniFolder } from "./mini_folders.ts";
import { safetensorsOf } from "./safetensors.ts";

/** The smallest model by OpenAI's names. */
const MINI = fixture("weights/mini/open-clip/open_clip_model.safetensors");
const [POSITIONS, WIDTH] = [248, 4];
const SHAPE = [POSITIONS, WIDTH];

/** Sentences of 5, 20, 21 and 248 tokens with start and end: about the border between the two tables, and the longest. */
const SENTENCES = [3, 18, 19, 246].map((count) => new Array(count).fill("a").join(" "));

const numbers = (from: number) =>
  Float32Array.from({ length: POSITIONS * WIDTH }, (_, i) => Math.sin(from + i));
const [TABLE, SECOND] = [numbers(1), numbers(5000)];

/** What encode_text() of model_longclip.py adds to the token embeddings: each table times its mask, which is 1 below and from position 20 on. */
const SUM = TABLE.map((x, i) => {
  const position = Math.floor(i / WIDTH);
  const [mask1, mask2] = position < 20 ? [1, 0] : [0, 1];
  return x * mask1 + SECOND[i]! * mask2;
});

const isOther = (name: string) => name !== "positional_embedding";

/** Writes Long-CLIP's file, and one of a model that has the sum in a single table. */
function weightsIn(folder: string, shape: readonly number[] = SHAPE) {
  const write = (name: string, bytes: Uint8Array) => {
    Deno.writeFileSync(`${folder}/${name}`, bytes);
    return `${folder}/${name}`;
  };
  const two = safetensorsOf(MINI, isOther, {
    positional_embedding: [SHAPE, TABLE],
    positional_embedding_res: [shape, SECOND.slice(0, shape[0]! * shape[1]!)],
  });
  const one = safetensorsOf(MINI, isOther, { positional_embedding: [SHAPE, SUM] });
  return { long: write("longclip.safetensors", two), joined: write("joined.safetensors", one) };
}

/** Sets the number of positions in a folder's config.json. */
async function setPositions(folder: string, positions: number): Promise<void> {
  const path = `${folder}/config.json`;
  const config = JSON.parse(await Deno.readTextFile(path));
  config.text_config.max_position_embeddings = positions;
  await Deno.writeTextFile(path, JSON.stringify(config));
}

async function embeddingsOf(folder: string, weights?: string): Promise<Float32Array> {
  await using clip = await Clip.load(folder, {
    ...{ towers: ["text"], ...(weights !== undefined && { weights }) },
  });
  return (await clip.text.run(SENTENCES)).data;
}

for (const form of ["hf-f32", "open-clip"]) {
  Deno.test(`Clip.load() adds the two tables of Long-CLIP as its authors do, over a folder of ${form}`, () =>
    inFolder(async (parent) => {
      const folder = await miniFolder(parent, form);
      const { long, joined } = weightsIn(parent);
      const plain = await miniFolder(await Deno.makeTempDir({ dir: parent }), "hf-f32");
      await setPositions(plain, POSITIONS);
      const expected = await embeddingsOf(plain, joined);
      assertEquals(await embeddingsOf(folder, long), expected); // the same numbers, so the same bits
      assertNotEquals(new Set(expected).size, 1);
      await using clip = await Clip.load(folder, { weights: long, towers: ["text"] });
      const W = await clip.text.weights.get("pos_embed.W_pos");
      assertEquals([W.shape, W.data], [SHAPE, SUM]);
      assertEquals(clip.config.text.maxPositions, POSITIONS);
      const settings = form === "open-clip" ? "open_clip_config.json" : "config.json";
      assertEquals(
        clip.taken.text,
        `longclip.safetensors (activation quick_gelu, from ${settings}; 248 positions, from the weights)`,
      );
      const reader = await loadSentences(onDisk(folder), { weights: long });
      assertEquals(reader.encode(SENTENCES[3]!).length, POSITIONS);
    }));
}

Deno.test("Clip.load() refuses tables of position embeddings of different sizes", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "hf-f32");
    for (const shape of [[30, WIDTH], [POSITIONS, WIDTH - 1]]) {
      const { long } = weightsIn(parent, shape);
      await assertRejectsCode(
        () => Clip.load(folder, { weights: long, towers: ["text"] }),
        "model-files-differ: Cannot use array",
      );
    }
  }));
