import { onDisk } from "../../../lib/files/read_file.ts";
import { assert, assertEquals } from "@std/assert";
import { readSettings, readSizes } from "../../../lib/model/forms/settings.ts";
import { CLIP, familyOf } from "../../../lib/model/families.ts";
import { openClipSettings } from "../../../lib/model/forms/open_clip.ts";
import type { TowerConfig } from "../../../lib/architecture/tower_writer.ts";
import { ModelJson } from "../../../lib/model/model_json.ts";
import { assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";
import { inFolder } from "../../scripts/task_process.ts";

type Json = Readonly<Record<string, unknown>>;

const FOLDER = new URL("../../fixtures/open_clip/", import.meta.url);
const read = (file: string) => JSON.parse(Deno.readTextFileSync(new URL(file, FOLDER)));

/** The folder of open_clip's own configurations, model_configs of version 3.3.0, which are not part of this repository. */
const CONFIG_FOLDER = Deno.env.get("NEGSCOPE_OPEN_CLIP");

function ownConfigs(): Readonly<Record<string, Json>> {
  const names = [...Deno.readDirSync(CONFIG_FOLDER!)].map(({ name }) => name).sort();
  return Object.fromEntries(names.map((name) => [
    name.replace(/\.json$/, ""),
    JSON.parse(Deno.readTextFileSync(`${CONFIG_FOLDER}/${name}`)),
  ]));
}

/** The towers that open_clip builds from them; null if they are not CLIP's. See tests/fixtures/recipe/open_clip.py. */
const TOWERS: Readonly<Record<string, { text: unknown[] | null; image: unknown[] | null }>> = read(
  "towers.json",
);

const TEXT = { width: 32, heads: 4, layers: 2, vocab_size: 600, context_length: 24 };
const IMAGE = { width: 48, head_width: 12, layers: 3, image_size: 56, patch_size: 14 };

/** A small model's settings, some replaced. */
function model({ text = {}, image = {}, preprocess, ...top }: {
  readonly text?: Json;
  readonly image?: Json;
  readonly preprocess?: Json;
  readonly [key: string]: unknown;
} = {}): ModelJson {
  const cfg = {
    embed_dim: 24,
    text_cfg: { ...TEXT, ...text },
    vision_cfg: { ...IMAGE, ...image },
    ...top,
  };
  const whole = { model_cfg: cfg, ...(preprocess && { preprocess_cfg: preprocess }) };
  return new ModelJson("m/open_clip_config.json", JSON.parse(JSON.stringify(whole)));
}

const settingsOf = (json: ModelJson) => openClipSettings(json).config.entries();
const refusedOf = (parts: Parameters<typeof model>[0]) => openClipSettings(model(parts)).refused;

Deno.test({
  name:
    "openClipSettings() gives every configuration of open_clip the sizes of the towers that open_clip builds (needs NEGSCOPE_OPEN_CLIP)",
  ignore: CONFIG_FOLDER === undefined,
  fn() {
    const configs = ownConfigs();
    assertEquals(Object.keys(configs).sort(), Object.keys(TOWERS).sort());
    for (const [name, config] of Object.entries(configs)) {
      const { config: own, refused } = openClipSettings(new ModelJson(name, config));
      const { text, vision } = readSizes(own, familyOf(own));
      const common = ({ layers, heads, width, mlpWidth, hiddenAct, layerNormEps }: TowerConfig) => [
        ...[layers, heads, width, mlpWidth, hiddenAct, layerNormEps],
      ];
      const found = {
        text: refused.text === undefined
          ? [...common(text), text.vocabSize, text.maxPositions, text.projection]
          : null,
        image: refused.image === undefined
          ? [...common(vision), vision.imageSize, vision.patchSize, vision.projection]
          : null,
      };
      assertEquals(found, TOWERS[name], name);
    }
  },
});

Deno.test("openClipSettings() uses every setting of a model's towers", () => {
  const { config, preprocessor, refused } = openClipSettings(model({ quick_gelu: true }));
  assertEquals(refused, {});
  assertEquals([config.file, preprocessor.file], [
    ...["m/open_clip_config.json", "m/open_clip_config.json"],
  ]);
  const common = { hidden_act: "quick_gelu", layer_norm_eps: 1e-5 };
  assertEquals(config.entries(), {
    model_type: "clip",
    projection_dim: 24,
    text_config: {
      ...common,
      ...{ hidden_size: 32, intermediate_size: 128, num_hidden_layers: 2, num_attention_heads: 4 },
      ...{ vocab_size: 600, max_position_embeddings: 24, eos_token_id: 599 },
    },
    vision_config: {
      ...common,
      ...{ hidden_size: 48, intermediate_size: 192, num_hidden_layers: 3, num_attention_heads: 4 },
      ...{ image_size: 56, patch_size: 14, num_channels: 3 },
    },
  });
});

Deno.test("openClipSettings() has the defaults of open_clip's classes", () => { // CLIPTextCfg, CLIPVisionCfg
  const json = new ModelJson("x.json", { embed_dim: 512, text_cfg: {}, vision_cfg: {} });
  const { text, vision } = readSizes(openClipSettings(json).config, CLIP);
  assertEquals(
    [text.width, text.heads, text.layers, text.mlpWidth, text.vocabSize, text.maxPositions],
    [512, 8, 12, 2048, 49408, 77],
  );
  assertEquals(
    [vision.width, vision.heads, vision.layers, vision.mlpWidth],
    [768, 12, 12, 3072],
  );
  assertEquals([vision.imageSize, vision.patchSize, vision.hiddenAct], [224, 16, "gelu"]);
});

Deno.test("openClipSettings() reads activations, epsilons and sizes of two equal numbers", () => {
  const json = model({
    text: { act_kwargs: { approximate: "tanh" }, norm_kwargs: { eps: 1e-6 }, mlp_ratio: 3.7362 },
    image: { image_size: [56, 56], patch_size: [14, 14], norm_kwargs: {} },
  });
  const { text, vision } = readSizes(openClipSettings(json).config, CLIP);
  assertEquals([text.hiddenAct, text.layerNormEps, text.mlpWidth], [
    ...["gelu_pytorch_tanh", 1e-6, 119], // int(32 * 3.7362)
  ]);
  assertEquals([vision.hiddenAct, vision.layerNormEps], ["gelu", 1e-5]);
  assertEquals([vision.imageSize, vision.patchSize], [56, 14]);
});

Deno.test("openClipSettings() takes CLIP's end token where there are more embeddings than tokens", () => {
  const endOf = (vocab_size: number) =>
    readSizes(openClipSettings(model({ text: { vocab_size } })).config, CLIP).text.eosTokenId;
  assertEquals([49407, 49408, 49412, 50000].map(endOf), [49406, 49407, 49407, 49407]);
});

Deno.test("openClipSettings() translates how images are prepared", () => {
  const [mean, std] = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]];
  const prepared = (preprocess?: Json) => {
    const json = model(preprocess === undefined ? {} : { preprocess });
    return openClipSettings(json).preprocessor.entries();
  };
  const common = {
    ...{ do_resize: true, resample: 3, do_rescale: true, rescale_factor: 1 / 255 },
    do_normalize: true,
  };
  const [size, shortest] = [{ height: 56, width: 56 }, { shortest_edge: 56 }];
  const cropped = {
    ...common,
    size: shortest,
    do_center_crop: true,
    crop_size: size,
    crop_rounding: "half_even",
  };
  assertEquals(prepared(), cropped);
  assertEquals(
    prepared({ mean, std, size: 999, interpolation: "bicubic", resize_mode: "shortest" }),
    { ...cropped, image_mean: mean, image_std: std },
  );
  assertEquals(prepared({ mean: 0.5, std: null, interpolation: "random" }), {
    ...cropped,
    image_mean: [0.5, 0.5, 0.5],
  });
  assertEquals(prepared({ interpolation: "bilinear" }), { ...cropped, resample: 2 });
  assertEquals(prepared({ resize_mode: "squash", fill_color: 9 }), {
    ...common,
    ...{ size, do_center_crop: false },
  });
  assertThrowsCode(() => prepared({ std: [1] }), "setting-wrong: preprocess_cfg.std");
});

Deno.test("openClipSettings() refuses images prepared in other ways", () => {
  for (
    const [key, value] of [["interpolation", "nearest"], ["resize_mode", "longest"], ["mode", "L"]]
  ) {
    const { refused, preprocessor, config } = openClipSettings(
      model({ preprocess: { [key!]: value } }),
    );
    assertEquals(refused, {
      image: `image tower whose images are prepared with ${key} "${value}"`,
    });
    assertEquals([preprocessor.entries(), config.get("vision_config")], [{}, undefined]);
  }
});

Deno.test("openClipSettings() refuses each setting that changes a tower's numbers, of that tower alone", () => {
  const texts: readonly Json[] = [
    ...[{ no_causal_mask: true }, { embed_cls: true }, { proj_bias: true }, { qk_norm: true }],
    ...[{ scaled_cosine_attn: true }, { scale_heads: true }, { scale_attn_inner: true }],
    ...[{ scale_attn: true }, { scale_fc: true }, { ls_init_value: 1e-4 }, { ls_init_value: 0 }],
    ...[{ block_type: "custom" }, { pool_type: "last" }, { pool_type: "first" }],
    ...[{ proj_type: "none" }, { hf_tokenizer_name: "bert-base-uncased" }, { dropout: 0.1 }],
    ...[{ tokenizer_mode: "clips" }, { tokenizer_kwargs: { clean: "canonicalize" } }],
    ...[{ norm_kwargs: { elementwise_affine: false } }, { act_kwargs: { inplace: true } }],
    ...[{ act_kwargs: "tanh" }, { constructor: 1 }],
  ];
  const images: readonly Json[] = [
    ...[{ attentional_pool: true }, { attentional_pool: "parallel" }, { no_ln_pre: true }],
    ...[{ pool_type: "avg" }, { pool_type: "none" }, { pos_embed_type: "rope" }],
    ...[{ global_average_pool: true }, { input_patchnorm: true }, { ls_init_value: 1e-4 }],
    ...[{ layers: [3, 4, 6, 3] }, { qk_norm: true }, { channels: 3 }],
  ];
  const cases = [["text", "image", texts], ["image", "text", images]] as const;
  for (const [tower, other, settings] of cases) {
    for (const setting of settings) {
      const [key] = Object.keys(setting);
      const refused = refusedOf({ [tower]: setting });
      assert(refused[tower]?.includes(key!), `${key}: ${refused[tower]}`);
      assertEquals(refused[other], undefined);
    }
  }
  assertEquals(
    refusedOf({ text: { no_causal_mask: true, cls: 1, hf_tokenizer_name: "x".repeat(999) } }).text,
    `text tower (no_causal_mask, unknown setting "cls", hf_tokenizer_name "${"x".repeat(79)}…)`,
  );
});

Deno.test("openClipSettings() accepts settings that change nothing, and settings of their default", () => {
  const blocks = { block_type: "default", qk_norm: false, scale_fc: false, ls_init_value: null };
  const json = model({
    text: {
      ...blocks,
      ...{ pad_id: 1, eos_id: 3, correct_cls_mask: true, output_tokens: true, embed_cls: false },
      ...{ pool_type: "argmax", proj_type: "linear", no_causal_mask: false, tokenizer_kwargs: {} },
      hf_tokenizer_name: "openai/clip-vit-base-patch32",
    },
    image: {
      ...blocks,
      ...{ patch_dropout: 0.5, output_tokens: true, pos_embed_type: "sin_cos_2d" },
      ...{ final_ln_after_pool: true, timm_drop: 0.1, attn_pooler_heads: 8, pool_type: "tok" },
    },
    ...{ custom_text: true, init_logit_bias: -10, nonscalar_logit_scale: true },
  });
  assertEquals(openClipSettings(json).refused, {});
  assertEquals(settingsOf(json), settingsOf(model()));
});

Deno.test("openClipSettings() names what is refused as a whole", () => {
  const what = 'model (unknown setting "adapter_cfg")';
  assertEquals(refusedOf({ adapter_cfg: {} }), { text: what, image: what });
});

Deno.test("openClipSettings() names the file and the key of an impossible value", () => {
  const cases: readonly (readonly [Parameters<typeof model>[0], string])[] = [
    [{ embed_dim: null }, '"model_cfg.embed_dim" must be a whole number'],
    [{ text_cfg: null }, '"model_cfg.text_cfg" must be an object'],
    [{ vision_cfg: 3 }, '"model_cfg.vision_cfg" must be an object'],
    [{ quick_gelu: 1 }, '"model_cfg.quick_gelu" must be true or false'],
    [{ text: { width: 30 } }, '"model_cfg.text_cfg.width" must be a multiple of heads, 4'],
    [{ text: { context_length: 1 } }, '"model_cfg.text_cfg.context_length" must be a whole number'],
    [{ text: { vocab_size: 2 } }, '"model_cfg.text_cfg.vocab_size" must be a whole number'],
    [{ text: { mlp_ratio: 0.01 } }, '"model_cfg.text_cfg.mlp_ratio" must be at least 1 / width'],
    [{ text: { norm_kwargs: { eps: -1 } } }, '"model_cfg.text_cfg.norm_kwargs.eps" must be'],
    [{ image: { width: 8 } }, '"model_cfg.vision_cfg.width" must be a multiple of head_width, 12'],
    [{ image: { image_size: [56, 42] } }, "must be one number, or height and width that are equal"],
    [{ image: { image_size: [56] } }, "must be one number, or height and width that are equal"],
    [{ image: { patch_size: ["a", "a"] } }, '"model_cfg.vision_cfg.patch_size" must be'],
    [{ image: { patch_size: 64 } }, '"model_cfg.vision_cfg.patch_size" must be at most image_size'],
    [{ image: { layers: "3" } }, '"model_cfg.vision_cfg.layers" must be a whole number'],
    [
      { quick_gelu: true, text: { act_kwargs: { approximate: "tanh" } } },
      '"model_cfg.text_cfg.act_kwargs" must be absent beside quick_gelu',
    ],
  ];
  for (const [parts, message] of cases) {
    const error = assertThrowsCode(() => openClipSettings(model(parts)), "setting-wrong", message);
    assert(error.message.startsWith('Cannot use "m/open_clip_config.json": '), error.message);
  }
});

Deno.test("readSettings() refuses a folder whose text tower is not CLIP's, and leaves out such an image tower", () =>
  inFolder(async (folder) => {
    const write = async (parts: Parameters<typeof model>[0]) => {
      const settings = JSON.stringify(model(parts).entries());
      await Deno.writeTextFile(`${folder}/open_clip_config.json`, settings);
    };
    await write({ text: { pool_type: "last", no_causal_mask: true } });
    const says =
      `the text tower of "${folder}/open_clip_config.json": it is not CLIP's: text tower (pool_type "last", no_causal_mask); expected a causal text transformer`;
    await assertRejectsCode(() => readSettings(onDisk(folder)), "model-unsupported", says);
    await write({ image: { timm_model_name: "eva02_base_patch16_clip_224" } });
    const { config, refusedImage, library } = await readSettings(onDisk(folder));
    assertEquals([library, config.vision, config.text.width], ["open_clip", undefined, 32]);
    assertEquals(refusedImage, `image tower (timm_model_name "eva02_base_patch16_clip_224")`);
  }));
