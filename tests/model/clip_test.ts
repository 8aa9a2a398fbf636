import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Clip, type ClipOptions } from "../../lib/runtime/open_runtime.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";

const TINY = fixture("clip-tiny");

/** A tower's settings in config.json. */
type TowerName = "text_config" | "vision_config";

Deno.test("load() refuses a file with only the other tower", async () => {
  const [vision, text] = ["vision", "text"].map((name) => `${TINY}/onnx/${name}_model.onnx`);
  const cases = [
    [
      { onnxText: vision },
      `the text tower in "${vision}": its inputs and outputs are pixel_values, image_embeds, last_hidden_state; expected "input_ids" and "text_embeds"`,
    ],
    [
      { onnxVision: text },
      `the image tower in "${text}": its inputs and outputs are input_ids, text_embeds, last_hidden_state; expected "pixel_values" and "image_embeds"`,
    ],
  ] as [ClipOptions, string][];
  for (const [options, says] of cases) {
    await assertRejectsCode(() => Clip.load(TINY, options), "tower-missing", says);
  }
});

Deno.test("load() accepts a quantised or fused file for what it offers, and names the file to use for the rest", async () => {
  const cases = [
    ["_quantized", "hook_embed", "is quantised"],
    ["_attention", "blocks.0.attn.hook_pattern", "has attention fused"],
  ] as const;
  for (const [suffix, hook, why] of cases) {
    const file = `${TINY}/onnx/text_model${suffix}.onnx`;
    {
      await using clip = await Clip.load(TINY, { onnxText: file, towers: ["text"] });
      const sentences = ["There is no boat.", "There is a boat.", "no boat"];
      const together = await clip.text.run(sentences);
      for (const [row, sentence] of sentences.entries()) {
        const alone = await clip.text.run([sentence]);
        assertEquals([...together.row(row).data], [...alone.data], "no row depends on another");
      }
      assertStringIncludes(String(clip), `${hook.replace(".0.", ".{0–2}.")}  [`);
      assertStringIncludes(String(clip), "cannot be reached\n");
      const says = `hook point "${hook}" in "${file}": the file ${why}`;
      const run = () => clip.text.runWithCache(sentences, [hook]);
      const { message } = await assertRejectsCode(run, "hook-unreachable", says);
      assert(message.endsWith("text_model.onnx and vision_model.onnx"), message);
    }
  }
});

const TOGETHER = "check that the file and config.json belong together";
const WRONG_SIZES: readonly (readonly [TowerName, Readonly<Record<string, number>>, string])[] = [
  ["text_config", { num_hidden_layers: 4 }, "it has 3 where config.json asks for 4"],
  ["text_config", { hidden_size: 32 }, TOGETHER],
  ["text_config", { num_attention_heads: 4 }, TOGETHER],
  ["vision_config", { hidden_size: 48 }, TOGETHER],
];
for (const [tower, settings, message] of WRONG_SIZES) {
  Deno.test(`load() detects a ${tower} with ${JSON.stringify(settings)}`, async () => {
    const config = JSON.parse(await Deno.readTextFile(`${TINY}/config.json`));
    config[tower] = { ...config[tower], ...settings };
    await inFolder(async (folder) => {
      for (const name of ["tokenizer.json", "preprocessor_config.json", "onnx"]) {
        await Deno.symlink(`${TINY}/${name}`, `${folder}/${name}`);
      }
      await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
      await assertRejectsCode(() => Clip.load(folder), "model-files-differ", message);
    });
  });
}

Deno.test("a printed model shows both towers with their hook points, those of all blocks in one line", async () => {
  await using clip = await Clip.load(TINY);
  const lines = Deno.inspect(clip).split("\n");
  assertEquals(lines.slice(0, 3), [
    `CLIP from ${TINY}`,
    "text tower: 3 blocks, 2 heads, width 16, projection 12",
    "  hook_embed  [batch, position, width 16]",
  ]);
  assert(lines.includes("image tower: 2 blocks, 2 heads, width 24, projection 12"));
  assertEquals(lines.at(-1), "  vision.ln_final.hook_normalized  [batch, width 24]");
  assert(lines.includes("  vision.blocks.{0–1}.hook_mlp_out  [batch, position, width 24]"));
  assertEquals(lines.length, 1 + 1 + (3 + 16) + 1 + (3 + 16));
  const all = clip.describe({ all: true }).split("\n");
  assert(all.includes("  vision.blocks.1.hook_mlp_out  [batch, position, width 24]"));
  assertEquals(all.length, 1 + 1 + (3 + 3 * 16) + 1 + (3 + 2 * 16));
});

Deno.test("Clip.load() refuses an option that does not exist, and names the nearest", async () => {
  const misspelt: [object, string][] = [
    [{ weigths: "tuned.pt" }, 'option "weigths": there is no such option; expected towers, inUse,'],
    [{ weigths: "tuned.pt" }, 'tokenizer, device; the nearest is "weights"'],
    [{ model: TINY }, 'Cannot use option "model": there is no such option; expected towers, inUse'],
    [
      ["text"],
      'Cannot use options ["text"]: expected an object with values by the names of options',
    ],
  ];
  for (const [options, says] of misspelt) {
    const code = Array.isArray(options) ? "value-wrong" : "name-unknown";
    await assertRejectsCode(() => Clip.load("nowhere", options), code, says); // before any file is read
  }
});

Deno.test("a Clip is freed at the end of an await using block", async () => {
  const kept = await (async () => {
    await using clip = await Clip.load(TINY);
    return clip.text;
  })();
  await assertRejectsCode(() => kept.run(["boat"]), "tower-not-loaded: it was released");
});
