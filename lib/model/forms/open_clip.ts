/** An open_clip_config.json as settings with Hugging Face's keys. */

import { NegscopeError, shown } from "../../errors/errors.ts";
import { ModelJson } from "../model_json.ts";
import { CLIP_TOKENS } from "../text/clip_tokenizer.ts";
import { CROP_ROUNDING } from "../image/preprocess_config.ts";

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

/** What a part of a model is that is not CLIP's, such as `text tower (pool_type "last", no_causal_mask)`; undefined if it is. */
function refusal(
  what: string,
  settings: ModelJson,
  rules: Readonly<Record<string, Rule>>,
): string | undefined {
  const differing = Object.keys(settings.entries()).flatMap((key) => {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) return [`unknown setting ${shown(key)}`];
    const value = settings.get(key);
    if (rule(value)) return [];
    return [value === true ? key : `${key} ${shown(value)}`];
  });
  if (differing.length === 0) return undefined;
  const some = differing.slice(0, 6).join(", ");
  return `${what} (${some}${differing.length > 6 ? ", …" : ""})`;
}

const EPS = 1e-5; // torch.nn.LayerNorm's

/**
 * Translates every setting as open_clip 3.3 reads it, knows that it changes no embedding, or says why its tower is refused. Returns the model
 * as a config.json, in which a refused tower has no settings; the image processor as a preprocessor_config.json, empty if the image tower is
 * refused; and what each tower is that is not CLIP's.
 */
export function openClipSettings(json: ModelJson) {
  const model = json.object("model_cfg") ?? json; // open_clip's own files have no outer object
  const [text, image] = [required(model, "text_cfg"), required(model, "vision_cfg")];
  if (model.get("embed_dim") === undefined) throw model.wrong("embed_dim", "a whole number");
  const projection = model.count("embed_dim", 0);
  const quick = model.flag("quick_gelu", false);
  const whole = refusal("model", model, MODEL);
  const noText = whole ?? refusal("text tower", text, TEXT);
  const noTower = whole ?? refusal("image tower", image, IMAGE);
  const imageSettings = noTower === undefined ? imageConfig(image, quick) : undefined;
  const images = imageSettings &&
    openClipPreprocessor(json.object("preprocess_cfg"), imageSettings.image_size);
  const noImage = noTower ?? images?.refusal;
  return {
    config: new ModelJson(json.file, {
      model_type: "clip",
      projection_dim: projection,
      ...(noText === undefined && { text_config: textConfig(text, quick) }),
      ...(noImage === undefined && { vision_config: imageSettings }),
    }),
    preprocessor: new ModelJson(json.file, noImage === undefined ? images!.settings : {}),
    refused: {
      ...(noText !== undefined && { text: noText }),
      ...(noImage !== undefined && { image: noImage }),
    },
  };
}

export function towerRefused(file: string, tower: "text" | "image", reason: string): NegscopeError {
  return new NegscopeError("model-unsupported", {
    problem: `Cannot use the ${tower} tower of "${file}"`,
    reason: `it is not CLIP's: ${reason}`,
    expected: tower === "text"
      ? "a causal text transformer with CLIP's tokeniser, pooled at the end token"
      : "a vision transformer pooled at the class token, of images resized bicubically",
    fix: tower === "text"
      ? "use another model"
      : "use the text tower alone, with the images' embeddings from elsewhere: --image-embeddings FILE",
  });
}

function textConfig(text: ModelJson, quick: boolean) {
  const heads = text.count("heads", 8);
  const width = text.count("width", 512);
  if (width % heads !== 0) throw text.wrong("width", `a multiple of heads, ${heads}`, width);
  const vocabSize = text.count("vocab_size", 49408, 3);
  return {
    ...blocks(text, { width, quick }),
    num_attention_heads: heads,
    vocab_size: vocabSize,
    max_position_embeddings: text.count("context_length", 77, 2),
    eos_token_id: Math.min(vocabSize, CLIP_TOKENS) - 1, // open_clip pools at the first largest id, in CLIP's vocabulary the last one
  };
}

function imageConfig(image: ModelJson, quick: boolean) {
  const headWidth = image.count("head_width", 64);
  const width = image.count("width", 768);
  const heads = Math.floor(width / headWidth);
  if (heads === 0 || width % heads !== 0) {
    throw image.wrong("width", `a multiple of head_width, ${headWidth}`, width);
  }
  const imageSize = square(image, "image_size", 224);
  const patchSize = square(image, "patch_size", 16);
  if (patchSize > imageSize) {
    throw image.wrong("patch_size", `at most image_size, ${imageSize}`, patchSize);
  }
  return {
    ...blocks(image, { width, quick }),
    num_attention_heads: heads,
    image_size: imageSize,
    patch_size: patchSize,
    num_channels: 3,
  };
}

function blocks(settings: ModelJson, { width, quick }: { width: number; quick: boolean }) {
  const ratio = settings.number("mlp_ratio", { default: 4, min: 0 });
  const mlpWidth = Math.floor(width * ratio); // as int() does
  if (mlpWidth === 0) throw settings.wrong("mlp_ratio", `at least 1 / width, ${1 / width}`, ratio);
  const tanh = settings.object("act_kwargs")?.get("approximate") === "tanh";
  if (tanh && quick) throw settings.wrong("act_kwargs", "absent beside quick_gelu");
  return {
    hidden_size: width,
    intermediate_size: mlpWidth,
    num_hidden_layers: settings.count("layers", 12),
    hidden_act: quick ? "quick_gelu" : tanh ? "gelu_pytorch_tanh" : "gelu",
    layer_norm_eps: settings.object("norm_kwargs")?.number("eps", { default: EPS, min: 0 }) ?? EPS,
  };
}

/** One number, or two that are equal, as open_clip takes height and width. */
function square(settings: ModelJson, key: string, fallback: number): number {
  const value = settings.get(key);
  if (!Array.isArray(value)) return settings.count(key, fallback);
  const [height, width] = value;
  if (value.length !== 2 || height !== width) {
    throw settings.wrong(key, "one number, or height and width that are equal");
  }
  return settings.over({ [key]: height }).count(key, fallback);
}

function required(settings: ModelJson, key: string): ModelJson {
  const object = settings.object(key);
  if (object === undefined) throw settings.wrong(key, "an object");
  return object;
}

/** Pillow's numbers of the filters; open_clip's "random" is for training, and means bicubic else. */
const RESAMPLE: ReadonlyMap<unknown, number> = new Map([
  ["bicubic", 3],
  ["random", 3],
  ["bilinear", 2],
]);

/**
 * Translates `preprocess_cfg` as `image_transform` of open_clip reads it. The size of an image is the image tower's, whatever this object
 * says. The part cut from the middle is that of torchvision's `CenterCrop`. Beside the keys and values of a preprocessor_config.json it
 * returns why images cannot be prepared so; usually undefined.
 */
function openClipPreprocessor(preprocess: ModelJson | undefined, imageSize: number) {
  const size = { height: imageSize, width: imageSize };
  const squash = preprocess?.get("resize_mode") === "squash";
  return {
    settings: {
      do_resize: true,
      size: squash ? size : { shortest_edge: imageSize },
      resample: RESAMPLE.get(preprocess?.get("interpolation") ?? "bicubic"),
      do_center_crop: !squash,
      ...(!squash && { crop_size: size, [CROP_ROUNDING]: "half_even" }),
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      ...channels(preprocess, "mean"),
      ...channels(preprocess, "std"),
    },
    refusal: preprocess === undefined ? undefined : refusalOf(preprocess),
  };
}

function refusalOf(preprocess: ModelJson): string | undefined {
  const known: readonly (readonly [string, readonly unknown[]])[] = [
    ["resize_mode", ["shortest", "squash"]],
    ["interpolation", [...RESAMPLE.keys()]],
    ["mode", ["RGB"]],
  ];
  for (const [key, values] of known) {
    const value = preprocess.get(key);
    if (value !== undefined && !values.includes(value)) {
      return `image tower whose images are prepared with ${key} ${shown(value)}`;
    }
  }
  return undefined;
}

/** A number stands for all three channels; a missing one for OpenAI's, which are also Hugging Face's. */
function channels(preprocess: ModelJson | undefined, key: "mean" | "std") {
  const value = preprocess?.get(key);
  if (preprocess === undefined || value === undefined) return {};
  if (typeof value === "number") return { [`image_${key}`]: [value, value, value] };
  return { [`image_${key}`]: preprocess.channels(key, [0, 0, 0]) };
}
