/** The sizes of a CLIP model, from the config.json of its folder. */

import { modelNotClip } from "../errors.ts";
import { ModelJson, parseModelJson, readModelJson } from "./model_json.ts";

/** What both towers have. */
export interface TowerConfig {
  /** Number of blocks. */
  readonly layers: number;
  /** Attention heads of a block. */
  readonly heads: number;
  /** Size of a residual-stream vector. */
  readonly width: number;
  /** Size of one head's query, key or value: width / heads. */
  readonly headWidth: number;
  /** Size of the MLP's hidden layer. */
  readonly mlpWidth: number;
  /** Size of an embedding, the same for both towers. */
  readonly projection: number;
  /** The MLP's activation: `quick_gelu` for OpenAI's weights, `gelu` for some others. */
  readonly hiddenAct: string;
  /** Added to the variance in every layer norm. */
  readonly layerNormEps: number;
}

/** The text tower. */
export interface TextConfig extends TowerConfig {
  /** Number of token embeddings. */
  readonly vocabSize: number;
  /** Largest number of tokens of a sentence, start and end included. */
  readonly maxPositions: number;
  /** The token at whose first position the embedding is read; 2, in older files, stands for the largest id. */
  readonly eosTokenId: number;
}

/** The image tower. */
export interface VisionConfig extends TowerConfig {
  /** Height and width of its input, pixels. */
  readonly imageSize: number;
  /** Height and width of a patch, pixels. */
  readonly patchSize: number;
  /** Colour channels of its input; always 3. */
  readonly channels: number;
}

/** A CLIP model's sizes. */
export interface ClipConfig {
  /** Size of an embedding. */
  readonly projection: number;
  /** The text tower. */
  readonly text: TextConfig;
  /** The image tower. */
  readonly vision: VisionConfig;
}

/** `CLIPTextConfig()` of Hugging Face's transformers. */
const TEXT_DEFAULTS = {
  hidden_size: 512,
  intermediate_size: 2048,
  num_hidden_layers: 12,
  num_attention_heads: 8,
  hidden_act: "quick_gelu",
  layer_norm_eps: 1e-5,
  vocab_size: 49408,
  max_position_embeddings: 77,
  eos_token_id: 49407,
} as const;

/** `CLIPVisionConfig()` of Hugging Face's transformers. */
const VISION_DEFAULTS = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  hidden_act: "quick_gelu",
  layer_norm_eps: 1e-5,
  image_size: 224,
  patch_size: 32,
  num_channels: 3,
} as const;

const DEFAULT_PROJECTION = 512;

/**
 * Reads config.json of a model folder.
 *
 * @param folder The model folder.
 * @throws {Error} If there is no config.json.
 * @throws {SyntaxError} If it is not JSON.
 * @throws {TypeError} If a setting is of the wrong type.
 * @throws {RangeError} If the model is no CLIP, or a setting cannot be.
 */
export async function loadClipConfig(folder: string): Promise<ClipConfig> {
  return clipConfig(await readModelJson(folder, "config.json"));
}

/**
 * Reads the text of a config.json. Absent settings have the values of Hugging Face's `CLIPConfig`.
 *
 * @param text The file's text.
 * @param file The file's name, for messages.
 * @throws {SyntaxError} If it is not JSON.
 * @throws {TypeError} If a setting is of the wrong type.
 * @throws {RangeError} If the model is no CLIP, or a setting cannot be.
 */
export function parseClipConfig(text: string, file: string): ClipConfig {
  return clipConfig(parseModelJson(text, file));
}

function clipConfig(settings: ModelJson): ClipConfig {
  const modelType = settings.get("model_type");
  if (modelType !== "clip") throw modelNotClip(settings.file, modelType);
  const projection = settings.count("projection_dim", DEFAULT_PROJECTION);
  const text = towerSettings(settings, "text_config", TEXT_DEFAULTS);
  const vision = towerSettings(settings, "vision_config", VISION_DEFAULTS);
  const channels = vision.count("num_channels", VISION_DEFAULTS.num_channels);
  if (channels !== 3) throw vision.wrongValue("num_channels", channels, "3 (red, green, blue)");
  const vocabSize = text.count("vocab_size", TEXT_DEFAULTS.vocab_size, 10_000_000);
  const eosTokenId = text.number("eos_token_id", {
    default: TEXT_DEFAULTS.eos_token_id,
    min: 0,
    whole: true,
  });
  if (eosTokenId >= vocabSize) {
    throw text.wrongValue("eos_token_id", eosTokenId, `below vocab_size, ${vocabSize}`);
  }
  const imageSize = vision.count("image_size", VISION_DEFAULTS.image_size, 4096);
  const patchSize = vision.count("patch_size", VISION_DEFAULTS.patch_size);
  if (patchSize > imageSize) {
    throw vision.wrongValue("patch_size", patchSize, `at most image_size, ${imageSize}`);
  }
  return {
    projection,
    text: {
      ...tower(text, { defaults: TEXT_DEFAULTS, projection }),
      vocabSize,
      maxPositions: text.number("max_position_embeddings", {
        default: TEXT_DEFAULTS.max_position_embeddings,
        min: 2, // start and end token
        max: 100_000,
        whole: true,
      }),
      eosTokenId,
    },
    vision: {
      ...tower(vision, { defaults: VISION_DEFAULTS, projection }),
      imageSize,
      patchSize,
      channels,
    },
  };
}

/**
 * A tower's settings. Older files may repeat them under `text_config_dict`; as in `CLIPConfig`,
 * that object then counts, and so do the defaults of what it leaves out.
 */
function towerSettings(
  settings: ModelJson,
  key: "text_config" | "vision_config",
  defaults: Readonly<Record<string, unknown>>,
): ModelJson {
  const own = settings.object(key) ?? new ModelJson(settings.file, {}, key);
  const older = settings.object(`${key}_dict`);
  return older === undefined ? own : own.over({ ...defaults, ...older.entries() });
}

function tower(
  settings: ModelJson,
  { defaults, projection }: {
    readonly defaults: typeof TEXT_DEFAULTS | typeof VISION_DEFAULTS;
    readonly projection: number;
  },
): TowerConfig {
  const width = settings.count("hidden_size", defaults.hidden_size);
  const heads = settings.count("num_attention_heads", defaults.num_attention_heads);
  if (width % heads !== 0) {
    throw settings.wrongValue("hidden_size", width, `a multiple of num_attention_heads, ${heads}`);
  }
  const layerNormEps = settings.number("layer_norm_eps", {
    default: defaults.layer_norm_eps,
    min: 0,
  });
  return {
    layers: settings.count("num_hidden_layers", defaults.num_hidden_layers, 1000),
    heads,
    width,
    headWidth: width / heads,
    mlpWidth: settings.count("intermediate_size", defaults.intermediate_size),
    projection,
    hiddenAct: settings.text("hidden_act", defaults.hidden_act),
    layerNormEps,
  };
}
