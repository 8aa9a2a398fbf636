import {
  familyOf,
  type ModelFamily,
  type TextDefaults,
  type TowerDefaults,
  type VisionDefaults,
} from "../families.ts";
import type { ClipConfig, TowerConfig, VisionConfig } from "../../architecture/tower_writer.ts";
import { ModelJson, readModelJsonIfAny } from "../model_json.ts";
import { type FileAt, within } from "../../reading/files.ts";
import {
  preprocessConfig,
  type PreprocessorSettings,
  preprocessorSettings,
} from "../image/preprocess_config.ts";
import type { PreprocessConfig } from "../image/preprocess.ts";
import { fileForFolder, type Library, settingsMissing } from "./folder_files.ts";
import { openClipSettings, towerRefused } from "./open_clip.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { openCheckpoint } from "../../checkpoint/checkpoint.ts";

/** For the rooms above, which do not build towers. */
export type {
  ClipConfig,
  TextConfig,
  TowerConfig,
  VisionConfig,
} from "../../architecture/tower_writer.ts";

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
  const vocabSize = text.count("vocab_size", defaults.text.vocab_size);
  const imageSize = vision.count("image_size", defaults.vision.image_size);
  const patchSize = vision.count("patch_size", defaults.vision.patch_size);
  if (patchSize > imageSize) {
    throw vision.wrong("patch_size", `at most image_size, ${imageSize}`, patchSize);
  }
  return {
    projection,
    text: {
      ...tower(text, defaults.text, projection),
      vocabSize,
      maxPositions: text.count(
        "max_position_embeddings",
        defaults.text.max_position_embeddings,
        positions.fewest,
      ),
      ...endToken(text, defaults.text, vocabSize),
    },
    vision: { ...tower(vision, defaults.vision, projection), imageSize, patchSize, channels },
  };
}

/** The end token, in families whose models look for it. */
function endToken(
  text: ModelJson,
  { eos_token_id: fallback }: TextDefaults,
  vocabSize: number,
): { readonly eosTokenId?: number } {
  if (fallback === undefined) return {};
  const eosTokenId = text.count("eos_token_id", fallback, 0);
  if (eosTokenId < vocabSize) return { eosTokenId };
  throw text.wrong("eos_token_id", `below vocab_size, ${vocabSize}`, eosTokenId);
}

/** A tower's settings. In older files `text_config_dict` repeats them, and then counts alone, as in `CLIPConfig`. */
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

function tower(settings: ModelJson, defaults: TowerDefaults, projection: number): TowerConfig {
  const width = settings.count("hidden_size", defaults.hidden_size);
  const heads = settings.count("num_attention_heads", defaults.num_attention_heads);
  if (width % heads !== 0) {
    throw settings.wrong("hidden_size", `a multiple of num_attention_heads, ${heads}`, width);
  }
  return {
    layers: settings.count("num_hidden_layers", defaults.num_hidden_layers),
    heads,
    width,
    headWidth: width / heads,
    mlpWidth: settings.count("intermediate_size", defaults.intermediate_size),
    projection,
    hiddenAct: settings.text("hidden_act", defaults.hidden_act),
    layerNormEps: settings.number("layer_norm_eps", { default: defaults.layer_norm_eps, min: 0 }),
  };
}

const HUGGING_FACE = "config.json";
const OPEN_CLIP = "open_clip_config.json";

export interface ModelSettings {
  readonly library: Library;
  readonly file: string;
  readonly family: ModelFamily;
  readonly json: ModelJson; // keys and values of a config.json, which the file has or stands for
  readonly config: ClipConfig;
  /** The positions of a sentence, if Long-CLIP's weights say how many and not the settings. */
  readonly positions?: number;
  readonly refusedImage?: string; // what the image tower is, if it is none that the kit builds
  /** Reads how images become the image tower's input, and the file that says so. */
  readonly preprocessing: (
    vision: VisionConfig,
  ) => Promise<PreprocessorSettings & { readonly config: PreprocessConfig }>;
}

/** Reads config.json, or open_clip_config.json where that is the model's. Long-CLIP's weights say themselves how many positions there are. */
export async function readSettings(
  folder: FileAt,
  { family, weights }: {
    readonly family?: ModelFamily | undefined;
    readonly weights?: string | undefined;
  } = {},
): Promise<ModelSettings> {
  const settings = await settingsIn(folder, family);
  const positions = weights === undefined
    ? undefined
    : longContext({ files: folder.files, path: weights });
  if (positions === undefined) return settings;
  const json = new ModelJson(settings.file, withPositions(settings.json.entries(), positions));
  const { text } = readSizes(json, settings.family);
  return { ...settings, json, positions, config: { ...settings.config, text } };
}

async function settingsIn(folder: FileAt, family?: ModelFamily): Promise<ModelSettings> {
  const { files, path } = folder;
  const kind = await files.kindOf(path).catch(() => undefined); // reading it says why
  if (kind === "file") throw fileForFolder(path);
  const config = await readModelJsonIfAny(within(folder, HUGGING_FACE));
  const isTransformers = config !== undefined &&
    (family !== undefined || config.get("model_type") !== undefined);
  const openClip = isTransformers ? undefined : await readModelJsonIfAny(within(folder, OPEN_CLIP));
  if (openClip !== undefined) return ofOpenClip(folder, openClip);
  if (config === undefined) throw await settingsMissing(folder);
  return ofTransformers(folder, config, family);
}

function ofTransformers(
  folder: FileAt,
  settings: ModelJson,
  given: ModelFamily | undefined,
): ModelSettings {
  const isText = settings.get("model_type") === "clip_text_model";
  const json = isText ? aroundText(settings) : settings;
  const family = given ?? familyOf(json);
  const { vision, ...sizes } = readSizes(json, family);
  return {
    library: "transformers",
    family,
    json,
    config: isText ? sizes : { ...sizes, vision },
    ...(isText && { refusedImage: NO_IMAGE_TOWER }),
    file: `${folder.path}/${HUGGING_FACE}`,
    preprocessing: async (vision) => {
      const found = await preprocessorSettings(folder);
      return { ...found, config: preprocessConfig(found.settings, vision, family) };
    },
  };
}

function ofOpenClip({ path: folder }: FileAt, settings: ModelJson): ModelSettings {
  const { config, preprocessor, refused } = openClipSettings(settings);
  const file = `${folder}/${OPEN_CLIP}`;
  if (refused.text !== undefined) throw towerRefused(file, "text", refused.text);
  const family = familyOf(config);
  const { vision, ...sizes } = readSizes(config, family);
  return {
    library: "open_clip",
    family,
    file,
    json: config,
    config: refused.image === undefined ? { ...sizes, vision } : sizes,
    ...(refused.image !== undefined && { refusedImage: refused.image }),
    preprocessing: (vision) => {
      const config = preprocessConfig(preprocessor, vision, family);
      return Promise.resolve({ config, file, settings: preprocessor });
    },
  };
}

export async function loadClipConfig(folder: FileAt): Promise<ClipConfig> {
  return (await readSettings(folder)).config;
}

export const NO_IMAGE_TOWER = "none, since the settings are of a text tower alone";

export function imageTowerAbsent(file: string): NegscopeError {
  return new NegscopeError("model-unsupported", {
    problem: `Cannot find the image tower of "${file}"`,
    reason: "its settings are of a text tower alone",
    fix:
      "use the text tower alone, with the images' embeddings from elsewhere: --image-embeddings FILE",
  });
}

/** The settings of a whole model with this text tower; those of an image tower are not in it. */
function aroundText(text: ModelJson): ModelJson {
  const projection = text.get("projection_dim");
  return new ModelJson(text.file, {
    model_type: "clip",
    text_config: text.entries(),
    ...(projection !== undefined && { projection_dim: projection }),
  });
}

type Json = Readonly<Record<string, unknown>>;

/** The second table of position embeddings by its name in Long-CLIP's code, behind any prefix. */
const SECOND_TABLE = /(?:^|\.)positional_embedding_res$/;

/** The number of positions in the tables of Long-CLIP's weights. Returns undefined if it has no second table of position embeddings. */
function longContext(at: FileAt): number | undefined {
  const { arrays } = openCheckpoint(at);
  const name = [...arrays.keys()].find((name) => SECOND_TABLE.test(name));
  return name === undefined ? undefined : arrays.get(name)!.shape[0];
}

/** The keys and values of a config.json with another number of positions. */
function withPositions(config: Json, positions: number): Json {
  const older = "text_config_dict"; // counts instead, where it is there
  const key = config[older] == null ? "text_config" : older;
  return { ...config, [key]: { ...config[key] as Json, max_position_embeddings: positions } };
}
