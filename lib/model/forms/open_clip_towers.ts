/** Which towers of open_clip's configurations are CLIP's, and what the others are. */

import { shown } from "../../errors.ts";
import type { ModelJson } from "../model_json.ts";

/** Whether a setting's value leaves CLIP's architecture as it is. */
type Rule = (value: unknown) => boolean;

const any: Rule = () => true;
const off: Rule = (value) => value === undefined || value === false;
const absent: Rule = (value) => value === undefined;
const one = (...values: readonly unknown[]): Rule => (value) =>
  value === undefined || values.includes(value);
const only = (keys: Readonly<Record<string, Rule>>): Rule => (value) =>
  value === undefined ||
  typeof value === "object" && Object.entries(value!).every(([key, inner]) => keys[key]?.(inner));

/** One rule for several settings, whose names are separated by spaces. */
const each = (rule: Rule, names: string): Readonly<Record<string, Rule>> =>
  Object.fromEntries(names.split(" ").map((name) => [name, rule]));

/** Settings of the blocks of either tower, with the values of CLIP. */
const BLOCKS: Readonly<Record<string, Rule>> = {
  ...each(any, "width layers mlp_ratio"),
  ...each(off, "qk_norm scaled_cosine_attn scale_heads scale_attn_inner scale_attn scale_fc"),
  ls_init_value: absent,
  block_type: one("default"),
  act_kwargs: only({ approximate: one("none", "tanh") }),
  norm_kwargs: only({ eps: any }),
  final_ln_after_pool: any, // the same for the one position that CLIP pools
  output_tokens: any, // returns more, and the same embedding
};

/** Settings of a text tower, with the values of CLIP. */
const TEXT: Readonly<Record<string, Rule>> = {
  ...BLOCKS,
  ...each(any, "context_length vocab_size heads"),
  ...each(off, "no_causal_mask embed_cls proj_bias"),
  ...each(absent, "hf_model_name tokenizer_mode"),
  pool_type: one("argmax"),
  proj_type: one("linear"),
  hf_tokenizer_name: (value) => value === undefined || /^(openai|laion)\/clip-/i.test(`${value}`), // CLIP's own
  tokenizer_kwargs: only({ clean: one("lower") }),
  // Read only where a setting above has another value: pooling at `eos_id`, masks of padding, and texts of other libraries.
  ...each(any, "eos_id pad_id use_pad_mask correct_cls_mask"),
  ...each(any, "hf_model_pretrained hf_proj_type hf_pooler_type"),
};

/** Settings of an image tower, with the values of CLIP. */
const IMAGE: Readonly<Record<string, Rule>> = {
  ...BLOCKS,
  layers: (value) => !Array.isArray(value), // of a ResNet, the blocks of each stage
  ...each(any, "image_size patch_size head_width"),
  ...each(off, "attentional_pool no_ln_pre"),
  ...each(off, "global_average_pool input_patchnorm"), // of open_clip before 2.24
  timm_model_name: absent,
  pool_type: one("tok"),
  pos_embed_type: one("learnable", "sin_cos_2d"), // either is an array of the checkpoint
  patch_dropout: any, // only in training
  ...each(any, "attn_pooler_queries attn_pooler_heads n_queries"),
  ...each(any, "timm_model_pretrained timm_pool timm_proj timm_proj_bias timm_drop timm_drop_path"),
};

/** Settings outside the towers; none changes an embedding, except `multimodal_cfg`. */
const MODEL: Readonly<Record<string, Rule>> = {
  ...each(any, "embed_dim quick_gelu text_cfg vision_cfg custom_text"),
  ...each(any, "init_logit_scale init_logit_bias nonscalar_logit_scale"),
  multimodal_cfg: absent,
};

const TIMM: readonly (readonly [RegExp, string])[] = [
  [/^eva02_/, "EVA02"],
  [/^eva_/, "EVA01"],
  [/_mci/, "MobileCLIP"],
  [/siglip/, "SigLIP"],
  [/^vit_pe_/, "Perception Encoder"],
  [/^vitamin/, "ViTamin"],
  [/^convnext/, "ConvNeXt"],
  [/^swin/, "Swin"],
];

/** Why a model is not CLIP as a whole. Returns what it is; undefined if only its towers decide. */
export function modelRefusal(model: ModelJson): string | undefined {
  if (model.get("multimodal_cfg") !== undefined) return "CoCa (multimodal_cfg)";
  return described("model", differing(model, MODEL));
}

/** What a text tower is that is not CLIP's, such as `CLIPA text tower (no_causal_mask, …)`; undefined if it is. */
export function textRefusal(text: ModelJson): string | undefined {
  const name = text.get("hf_model_name");
  if (name !== undefined) return `text tower ${shown(name)} (hf_model_name)`;
  const settings = differing(text, TEXT);
  const family = textFamily(text);
  if (family === undefined) return described("text tower", settings);
  const without = settings.filter((setting) => !/^(?:hf_)?tokenizer_/.test(setting)); // it goes with the family
  return described(`${family} text tower`, without);
}

function textFamily(text: ModelJson): string | undefined {
  const pool = text.get("pool_type");
  if (pool === "eos") return "MetaCLIP 2";
  if (pool !== "last" || text.get("no_causal_mask") !== true) return undefined;
  return text.get("norm_kwargs") === undefined ? "CLIPA" : "SigLIP";
}

/** What an image tower is that is not CLIP's, such as `EVA02 image tower (timm eva02_base_patch16_clip_224)`; undefined if it is. */
export function imageRefusal(image: ModelJson): string | undefined {
  const name = image.get("timm_model_name");
  if (name !== undefined) {
    const [, family] = TIMM.find(([part]) => part.test(`${name}`)) ?? [];
    return `${family === undefined ? "" : `${family} `}image tower (timm ${
      `${name}`.slice(0, 80)
    })`;
  }
  const eva = image.get("eva_model_name"); // of the authors' own code
  if (eva !== undefined) return `EVA-CLIP image tower (${`${eva}`.slice(0, 80)})`;
  const settings = differing(image, IMAGE);
  if (Array.isArray(image.get("layers"))) return described("ResNet image tower", settings);
  const isClipa = image.get("no_ln_pre") === true && image.get("pool_type") === "avg";
  return described(isClipa ? "CLIPA image tower" : "image tower", settings);
}

function differing(settings: ModelJson, rules: Readonly<Record<string, Rule>>): string[] {
  return Object.keys(settings.entries()).flatMap((key) => {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) return [`unknown setting ${shown(key)}`];
    const value = settings.get(key);
    if (rule(value)) return [];
    return [value === true ? key : `${key} ${shown(value)}`];
  });
}

function described(what: string, settings: readonly string[]): string | undefined {
  if (settings.length === 0) return undefined;
  const some = settings.slice(0, 6).join(", ");
  return `${what} (${some}${settings.length > 6 ? ", …" : ""})`;
}
