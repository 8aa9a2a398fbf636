/**
 * Damaged files end well or in one of the kit's own messages. More rounds than the test runs, from another seed:
 *
 *     FUZZ_ROUNDS=20 FUZZ_SEED=7 deno test -A tests/fuzz
 */

import { parseClipConfig, parsePreprocessConfig } from "../model/parsed_settings.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { assert } from "@std/assert";
import { openCheckpoint, openNpy } from "../../lib/checkpoint/checkpoint.ts";
import { readNumbers } from "../../lib/checkpoint/stored_array.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { loadClipConfig } from "../../lib/model/forms/settings.ts";
import type { ClipConfig } from "../../lib/architecture/tower_writer.ts";
import { preprocessImage } from "../../lib/opening/images/decode_image.ts";
import { loadTokenizer } from "../../lib/model/text/clip_tokenizer.ts";
import { parsePairs } from "../../lib/data/read.ts";
import { type Random, seededRandom } from "../../lib/stats/random.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";
import { safetensors } from "../checkpoint/fixtures.ts";
import { filesIn, zip } from "../checkpoint/zip.ts";
import { mutateBytes, mutateJson, pick } from "./mutate.ts";
import { mutateModel } from "./mutate_model.ts";
import { fixture } from "../scripts/task_process.ts";

const FIXTURES = fixture("");
const ROUNDS = Number(Deno.env.get("FUZZ_ROUNDS") ?? 1);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);

/** Damages a file again and again; what uses it must end well or in an error of the kit. */
function fuzz(name: string, count: number, use: (random: Random) => Promise<unknown>): void {
  Deno.test(`${count} damaged ${name} end well or in a message of the kit's own`, async () => {
    let refused = 0;
    for (let i = 0; i < count * ROUNDS; i++) {
      const place = `mutation ${i} of seed ${SEED}`;
      try {
        await use(seededRandom((SEED * 1_000_003 + i) >>> 0));
      } catch (error) {
        assert(error instanceof Error, place);
        const [message, maker] = [error.message, error.stack?.split("\n    at ")[1] ?? ""];
        const own = error instanceof NegscopeError ||
          maker.includes("lib/errors/") && message.startsWith("Cannot ");
        assert(own, `${place}: ${error.stack}`);
        assert(
          !/Cannot read propert|is not a|call stack/.test(message),
          `${place}: ${message}`,
        );
        refused++;
      }
    }
    assert(refused > count / 10, "most damage is noticed");
  });
}

const read = (file: string) => Deno.readFileSync(FIXTURES + file);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A JSON file with damaged values, or as a damaged text. */
function damagedJson(bytes: Uint8Array, random: Random): string {
  if (random.below(3) === 0) return textOf(mutateBytes(bytes, random));
  return JSON.stringify(mutateJson(JSON.parse(textOf(bytes)), random)) ?? "";
}

const MODEL = `${FIXTURES}clip-tiny`;
const { text, vision } = (await loadClipConfig(onDisk(MODEL))) as Required<ClipConfig>;
const config = read("clip-tiny/config.json");
const preprocessor = read("clip-tiny/preprocessor_config.json");

fuzz("config.json", 200, async (random) => {
  const { vision } = parseClipConfig(damagedJson(config, random), "config.json");
  parsePreprocessConfig(textOf(preprocessor), { vision });
  await Promise.resolve();
});

fuzz("preprocessor_config.json", 100, async (random) => {
  const settings = parsePreprocessConfig(damagedJson(preprocessor, random), { vision });
  await preprocessImage(read("images/tiny.png"), settings, { name: "tiny.png" });
});

const tokenizerFile = read("clip-tiny/tokenizer.json");
const folder = await Deno.makeTempDir({ prefix: "fuzz" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

fuzz("tokenizer.json", 200, async (random) => {
  await Deno.writeTextFile(`${folder}/tokenizer.json`, damagedJson(tokenizerFile, random));
  const tokenizer = await loadTokenizer(onDisk(folder), text);
  for (const sentence of ["There are no people in the photo.", "it's 2 cafés <|endoftext|>", ""]) {
    const ids = tokenizer.encode(sentence);
    tokenizer.tokens(sentence);
    assert(ids.every((id) => Number.isInteger(id) && id >= 0 && id < text.vocabSize));
  }
});

const lists = [read("pairs.json"), read("existence.json"), read("pairs_standard.json")];
const rows: Record<string, string>[] = JSON.parse(textOf(lists[0]!));
const columns = Object.keys(rows[0]!);
const csv = [columns, ...rows.map((row) => columns.map((column) => `"${row[column] ?? ""}"`))]
  .map((cells) => cells.join()).join("\r\n");

fuzz("lists of pairs", 300, async (random) => {
  const damaged = random.below(3) === 0
    ? textOf(mutateBytes(new TextEncoder().encode(csv), random))
    : damagedJson(pick(random, lists), random);
  parsePairs(damaged, { source: "pairs", protocol: pick(random, ["rephrased", "standard"]) });
  await Promise.resolve();
});

const images = [...Deno.readDirSync(`${FIXTURES}images`)].map(({ name }) => name).sort();
const preprocessing = parsePreprocessConfig(textOf(preprocessor), { vision });

fuzz("images", 150, async (random) => {
  const name = pick(random, images);
  await preprocessImage(mutateBytes(read(`images/${name}`), random), preprocessing, { name });
});

const graphs = ["text_model", "text_model_dynamo20", "vision_model_sdpa", "text_model_fp16"];

fuzz("ONNX files", 150, async (random) => {
  const name = pick(random, graphs);
  const bytes = read(`clip-tiny/onnx/${name}.onnx`);
  const path = `${folder}/model.onnx`;
  const damage = random.below(4) === 0 ? mutateBytes : mutateModel;
  await Deno.writeFile(path, damage(bytes, random));
  const [option, tower] = name.startsWith("text")
    ? ["onnxText", "text"] as const
    : ["onnxVision", "image"] as const;
  const clip = await Clip.load(MODEL, { [option]: path, towers: [tower] });
  try {
    if (name.startsWith("text")) await clip.text.run(["There is no boat.", "no boat"]);
  } finally {
    await clip.release();
  }
});

/** Opens a file of weights and reads all its numbers. */
async function readWeights(bytes: Uint8Array) {
  await Deno.writeFile(`${folder}/weights`, bytes);
  const { arrays } = openCheckpoint(onDisk(`${folder}/weights`));
  for (const array of arrays.values()) readNumbers(array);
}

const packed = read("checkpoints/packed.safetensors");
const headerEnd = 8 + packed[0]! + 256 * packed[1]!;
const header = JSON.parse(textOf(packed.subarray(8, headerEnd)));

fuzz("safetensors files", 300, async (random) => {
  const isText = random.below(2) === 0;
  const size = packed.length - headerEnd;
  await readWeights(
    isText ? mutateBytes(packed, random) : safetensors(mutateJson(header, random), size),
  );
});

const saved = ["state_dict", "protocol5", "script", "module", "wrapped"];

fuzz("files of torch.save", 600, async (random) => {
  const bytes = read(`checkpoints/${pick(random, saved)}.pt`);
  if (random.below(3) === 0) return await readWeights(mutateBytes(bytes, random));
  const inPickle = ({ name, bytes }: { name: string; bytes: Uint8Array }) => ({
    name,
    bytes: name.endsWith("/data.pkl") ? mutateBytes(bytes, random) : bytes,
  });
  await readWeights(zip(filesIn(bytes).map(inPickle)));
});

const arrays = ["c", "fortran3", "v2", "scalar"].map((name) => read(`checkpoints/${name}.npy`));

fuzz(".npy files", 200, async (random) => {
  await Deno.writeFile(`${folder}/a.npy`, mutateBytes(pick(random, arrays), random));
  readNumbers(openNpy(onDisk(`${folder}/a.npy`)));
});
