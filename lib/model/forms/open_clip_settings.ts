/** An open_clip_config.json as settings with Hugging Face's keys. */

import { NegscopeError, shown } from "../../errors.ts";
import { ModelJson } from "../model_json.ts";
import { CLIP_TOKENS } from "../text/tokenizers/clip_vocabulary.ts";
import { imageRefusal, modelRefusal, textRefusal } from "./open_clip_towers.ts";
import { CROP_ROUNDING } from "../image/preprocess_config.ts";

/** What an open_clip_config.json says, with Hugging Face's keys. */
export interface OpenClipSettings {
  /** The model as a config.json. A refused tower has no settings in it. */
  readonly config: ModelJson;
  /** The image processor as a preprocessor_config.json; empty if the image tower is refused. */
  readonly preprocessor: ModelJson;
  /** What each tower is that is not CLIP's, such as `EVA02 image tower (timm eva02_base_patch16_clip_224)`. */
  readonly refused: { readonly text?: string; readonly image?: string };
}

const EPS = 1e-5; // torch.nn.LayerNorm's

/** Translates every setting as open_clip 3.3 reads it, knows that it changes no embedding, or says why its tower is refused. */
export function openClipSettings(json: ModelJson): OpenClipSettings {
  const model = json.object("model_cfg") ?? json; // open_clip's own files have no outer object
  const [text, image] = [required(model, "text_cfg"), required(model, "vision_cfg")];
  if (model.get("embed_dim") === undefined) throw model.wrong("embed_dim", "a whole number");
  const projection = model.count("embed_dim", 0);
  const quick = model.flag("quick_gelu", false);
  const whole = modelRefusal(model);
  const noText = whole ?? textRefusal(text);
  const imageSettings = whole === undefined && imageRefusal(image) === undefined
    ? imageConfig(image, quick)
    : undefined;
  const images = imageSettings &&
    openClipPreprocessor(json.object("preprocess_cfg"), imageSettings.image_size);
  const noImage = whole ?? imageRefusal(image) ?? images?.refusal;
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
  const vocabSize = text.number("vocab_size", {
    default: 49408,
    min: 3,
    max: 10_000_000,
    whole: true,
  });
  return {
    ...blocks(text, { width, quick }),
    num_attention_heads: heads,
    vocab_size: vocabSize,
    max_position_embeddings: text.number("context_length", {
      default: 77,
      min: 2,
      max: 100_000,
      whole: true,
    }),
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
  const imageSize = square(image, "image_size", 224, 4096);
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

function blocks(
  settings: ModelJson,
  { width, quick }: { readonly width: number; readonly quick: boolean },
) {
  const ratio = settings.number("mlp_ratio", { default: 4, min: 0, max: 1000 });
  const mlpWidth = Math.floor(width * ratio); // as int() does
  if (mlpWidth === 0) throw settings.wrong("mlp_ratio", `at least 1 / width, ${1 / width}`, ratio);
  const tanh = settings.object("act_kwargs")?.get("approximate") === "tanh";
  if (tanh && quick) throw settings.wrong("act_kwargs", "absent beside quick_gelu");
  return {
    hidden_size: width,
    intermediate_size: mlpWidth,
    num_hidden_layers: settings.count("layers", 12, 1000),
    hidden_act: quick ? "quick_gelu" : tanh ? "gelu_pytorch_tanh" : "gelu",
    layer_norm_eps: settings.object("norm_kwargs")?.number("eps", { default: EPS, min: 0 }) ?? EPS,
  };
}

/** One number, or two that are equal, as open_clip takes height and width. */
function square(settings: ModelJson, key: string, fallback: number, max?: number): number {
  const value = settings.get(key);
  if (!Array.isArray(value)) return settings.count(key, fallback, max);
  const [height, width] = value;
  if (value.length !== 2 || height !== width) {
    throw settings.wrong(key, "one number, or height and width that are equal");
  }
  return settings.over({ [key]: height }).count(key, fallback, max);
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

/** The settings of an image processor, or why there are none. */
interface OpenClipPreprocessor {
  /** The keys and values of a preprocessor_config.json. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Why images cannot be prepared so; usually undefined. */
  readonly refusal: string | undefined;
}

/**
 * Translates `preprocess_cfg` as `image_transform` of open_clip reads it. The size of an image is the image tower's, whatever this object
 * says. The part cut from the middle is that of torchvision's `CenterCrop`.
 */
function openClipPreprocessor(
  preprocess: ModelJson | undefined,
  imageSize: number,
): OpenClipPreprocessor {
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
