/** The sizes of a model, from the config.json of its folder. */

import {
  familyOf,
  type ModelFamily,
  type TextDefaults,
  type TowerDefaults,
  type VisionDefaults,
} from "./families.ts";
import type { ClipConfig, TowerConfig } from "../architecture/sizes.ts";
import { ModelJson, parseModelJson } from "./model_json.ts";

export type { ClipConfig, TextConfig, TowerConfig, VisionConfig } from "../architecture/sizes.ts";

/**
 * Reads the text of a config.json. Settings that it leaves out have the values of the family's class in Hugging Face's transformers.
 *
 * @param text The file's text.
 * @param file The file's name, for messages.
 * @throws {NegscopeError} If it is not JSON.
 * @throws {NegscopeError} If a setting is of the wrong type.
 * @throws {NegscopeError} If the model is of no known family, or a setting has a value that no model can have.
 */
export function parseClipConfig(text: string, file: string): Required<ClipConfig> {
  const settings = parseModelJson(text, file);
  return readSizes(settings, familyOf(settings));
}

/** Reads the sizes of a family's model. */
export function readSizes(
  settings: ModelJson,
  family: Pick<ModelFamily, "defaults" | "positions" | "projection">,
): Required<ClipConfig> {
  const { defaults, positions } = family;
  const projection = family.projection(settings);
  const text = towerSettings(settings, "text_config", defaults.text);
  const vision = towerSettings(settings, "vision_config", defaults.vision);
  const channels = vision.count("num_channels", defaults.vision.num_channels);
  if (channels !== 3) throw vision.wrong("num_channels", "3 (red, green, blue)", channels);
  const vocabSize = text.count("vocab_size", defaults.text.vocab_size, 10_000_000);
  const imageSize = vision.count("image_size", defaults.vision.image_size, 4096);
  const patchSize = vision.count("patch_size", defaults.vision.patch_size);
  if (patchSize > imageSize) {
    throw vision.wrong("patch_size", `at most image_size, ${imageSize}`, patchSize);
  }
  return {
    projection,
    text: {
      ...tower(text, { defaults: defaults.text, projection }),
      vocabSize,
      maxPositions: text.number("max_position_embeddings", {
        default: defaults.text.max_position_embeddings,
        min: positions.fewest,
        max: 100_000,
        whole: true,
      }),
      ...endToken(text, defaults.text, vocabSize),
    },
    vision: {
      ...tower(vision, { defaults: defaults.vision, projection }),
      imageSize,
      patchSize,
      channels,
    },
  };
}

/** The end token, in families whose models look for it. */
function endToken(
  text: ModelJson,
  { eos_token_id: fallback }: TextDefaults,
  vocabSize: number,
): { readonly eosTokenId?: number } {
  if (fallback === undefined) return {};
  const eosTokenId = text.number("eos_token_id", { default: fallback, min: 0, whole: true });
  if (eosTokenId < vocabSize) return { eosTokenId };
  throw text.wrong("eos_token_id", `below vocab_size, ${vocabSize}`, eosTokenId);
}

/**
 * A tower's settings. Older files may repeat them under `text_config_dict`; then, as in `CLIPConfig`,
 * that object counts, with the defaults for whatever it leaves out.
 */
function towerSettings(
  settings: ModelJson,
  key: "text_config" | "vision_config",
  defaults: TextDefaults | VisionDefaults,
): ModelJson {
  const named = settings.object(key) ?? new ModelJson(settings.file, {}, key);
  const older = settings.object(`${key}_dict`);
  return older === undefined ? named : named.over({ ...defaults, ...older.entries() });
}

/** Whether the settings name the activation of a tower, or leave it to the family's default. */
export function namesActivation(settings: ModelJson, tower: "text" | "image"): boolean {
  const key = tower === "text" ? "text_config" : "vision_config";
  const named = settings.object(`${key}_dict`) ?? settings.object(key);
  return named?.get("hidden_act") !== undefined;
}

function tower(
  settings: ModelJson,
  { defaults, projection }: {
    readonly defaults: TowerDefaults;
    readonly projection: number;
  },
): TowerConfig {
  const width = settings.count("hidden_size", defaults.hidden_size);
  const heads = settings.count("num_attention_heads", defaults.num_attention_heads);
  if (width % heads !== 0) {
    throw settings.wrong("hidden_size", `a multiple of num_attention_heads, ${heads}`, width);
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
