import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Clip, type ClipOptions } from "../../lib/runtime/open_runtime.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";

const TINY = fixture("clip-tiny");

async function withClip(
  options: ClipOptions,
  test: (clip: Clip) => Promise<void> | void,
): Promise<void> {
  await using clip = await Clip.load(TINY, options);
  await test(clip);
}

/** A copy of the tiny model with files written over it: texts, or bytes. */
async function withCopy(
  files: Readonly<Record<string, string | Uint8Array>>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/onnx`);
    for (const name of ["config.json", "tokenizer.json", "preprocessor_config.json"]) {
      await Deno.copyFile(`${TINY}/${name}`, `${folder}/${name}`);
    }
    for (const name of ["text_model.onnx", "vision_model.onnx"]) {
      await Deno.copyFile(`${TINY}/onnx/${name}`, `${folder}/onnx/${name}`);
    }
    for (const [name, content] of Object.entries(files)) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${folder}/${name}`, bytes);
    }
    await test(folder);
  });
}

/** config.json of the tiny model with settings of one tower changed. */
type TowerName = "text_config" | "vision_config";

async function configWith(
  tower: TowerName,
  settings: Readonly<Record<string, unknown>>,
): Promise<string> {
  const config = JSON.parse(await Deno.readTextFile(`${TINY}/config.json`));
  return JSON.stringify({ ...config, [tower]: { ...config[tower], ...settings } });
}

Deno.test("load() refuses a file with only the other tower", async () => {
  const vision = `${TINY}/onnx/vision_model.onnx`;
  await assertRejectsCode(
    () => Clip.load(TINY, { onnxText: vision }),
    `tower-missing: Cannot find the text tower in "${vision}": its inputs and outputs are pixel_values, image_embeds, last_hidden_state; expected "input_ids" and "text_embeds"`,
  );
  const text = `${TINY}/onnx/text_model.onnx`;
  await assertRejectsCode(
    () => Clip.load(TINY, { onnxVision: text }),
    `tower-missing: Cannot find the image tower in "${text}": its inputs and outputs are input_ids, text_embeds, last_hidden_state; expected "pixel_values" and "image_embeds"`,
  );
});

Deno.test("load() accepts a quantised or fused file for what it offers, and names the file to use for the rest", async () => {
  const cases = [
    ["_quantized", "hook_embed", "is quantised"],
    ["_attention", "blocks.0.attn.hook_pattern", "has attention fused"],
  ] as const;
  for (const [suffix, hook, why] of cases) {
    const file = `${TINY}/onnx/text_model${suffix}.onnx`;
    await withClip({ onnxText: file, towers: ["text"] }, async (clip) => {
      const sentences = ["There is no boat.", "There is a boat.", "no boat"];
      const together = await clip.text.run(sentences);
      for (const [row, sentence] of sentences.entries()) {
        const alone = await clip.text.run([sentence]);
        assertEquals([...together.row(row).data], [...alone.data], "no row depends on another");
      }
      assertStringIncludes(String(clip), `${hook.replace(".0.", ".{0–2}.")}  [`);
      assertStringIncludes(String(clip), "cannot be reached\n");
      const error = await assertRejectsCode(
        () => clip.text.runWithCache(sentences, [hook]),
        `hook-unreachable: Cannot reach hook point "${hook}" in "${file}": the file ${why}`,
      );
      assert(error.message.endsWith("text_model.onnx and vision_model.onnx"), error.message);
    });
  }
});

const TOGETHER = "check that the file and config.json belong together";
const WRONG_SIZES: readonly (readonly [TowerName, Readonly<Record<string, number>>, string])[] = [
  ["text_config", { num_hidden_layers: 2 }, "it has 3 where config.json asks for 2"],
  ["text_config", { num_hidden_layers: 4 }, "it has 3 where config.json asks for 4"],
  ["text_config", { hidden_size: 32 }, TOGETHER],
  ["text_config", { num_attention_heads: 4 }, TOGETHER],
  ["vision_config", { hidden_size: 48 }, TOGETHER],
  ["vision_config", { num_attention_heads: 3 }, TOGETHER],
];
for (const [tower, settings, message] of WRONG_SIZES) {
  Deno.test(`load() detects a ${tower} with ${JSON.stringify(settings)}`, async () => {
    const config = await configWith(tower, settings);
    await withCopy({ "config.json": config }, async (folder) => {
      await assertRejectsCode(() => Clip.load(folder), "model-files-differ", message);
    });
  });
}

Deno.test("a printed model shows both towers with their hook points, those of all blocks in one line", async () => {
  await withClip({}, (clip) => {
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
});

Deno.test("Clip.load() refuses an option that does not exist, and names the nearest", async () => {
  const all =
    "towers, inUse, threads, randomWeights, changedWeights, edit, family, suffix, onnxText, onnxVision, weights, activation, tokenizer, device";
  const misspelt: [object, string][] = [
    [
      { weigths: "tuned.pt" },
      `Cannot use option "weigths": there is no such option; expected ${all}; the nearest is "weights"`,
    ],
    [{ model: TINY }, `Cannot use option "model": there is no such option; expected ${all}`],
    [
      ["text"],
      `Cannot use options ["text"]: expected an object with values by the names of options`,
    ],
  ];
  for (const [options, message] of misspelt) {
    const code = Array.isArray(options) ? "value-wrong" : "name-unknown";
    const error = await assertRejectsCode(() => Clip.load(TINY, options), code);
    assertEquals(error.message, message);
  }
  await assertRejectsCode( // before any file is read
    () => Clip.load("nowhere", { weigths: "tuned.pt" } as ClipOptions),
    "name-unknown",
  );
});

Deno.test("a Clip is freed at the end of an await using block", async () => {
  const kept = await (async () => {
    await using clip = await Clip.load(TINY);
    return clip.text;
  })();
  await assertRejectsCode(() => kept.run(["boat"]), "tower-not-loaded: it was released");
});
