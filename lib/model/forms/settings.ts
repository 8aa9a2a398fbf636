/** The settings of a model folder, whichever library wrote them. */

import type { FileAt } from "../../reading/files.ts";
import { readSizes } from "../config.ts";
import { familyOf, type ModelFamily } from "../families.ts";
import {
  type PreprocessConfig,
  preprocessConfig,
  type PreprocessorSettings,
  preprocessorSettings,
} from "../image/preprocess_config.ts";
import { ModelJson, readModelJsonIfAny } from "../model_json.ts";
import type { ClipConfig, VisionConfig } from "../../architecture/sizes.ts";
import type { Library } from "./folder_files.ts";
import { openClipSettings, towerRefused } from "./open_clip_settings.ts";
import { fileForFolder, settingsMissing } from "./form_errors.ts";
import { NegscopeError } from "../../errors.ts";
import { openCheckpoint } from "../../checkpoint/checkpoint.ts";

const HUGGING_FACE = "config.json";
const OPEN_CLIP = "open_clip_config.json";

/** How images become a tower's input, and the file that says so. */
export interface Preprocessing extends PreprocessorSettings {
  readonly config: PreprocessConfig;
}

export interface ModelSettings {
  readonly library: Library;
  readonly file: string;
  readonly family: ModelFamily;
  /** The keys and values of a config.json, which the file has or stands for. */
  readonly json: ModelJson;
  readonly config: ClipConfig;
  /** The positions of a sentence, if Long-CLIP's weights say how many and not the settings. */
  readonly positions?: number;
  /** What the image tower is, if it is none that the kit builds. */
  readonly refusedImage?: string;
  /** Reads how images become the image tower's input. */
  readonly preprocessing: (vision: VisionConfig) => Promise<Preprocessing>;
}

/**
 * Reads the settings of a model folder: config.json, or open_clip_config.json if there is no config.json or it is that of another library.
 * Long-CLIP's weights, which are published without settings, say themselves how many positions a sentence has.
 */
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
  const config = await readModelJsonIfAny(folder, HUGGING_FACE);
  const isTransformers = config !== undefined &&
    (family !== undefined || config.get("model_type") !== undefined);
  const openClip = isTransformers ? undefined : await readModelJsonIfAny(folder, OPEN_CLIP);
  if (openClip !== undefined) return ofOpenClip(folder, openClip);
  if (config === undefined) throw await settingsMissing(folder);
  return ofTransformers(folder, config, family);
}

function ofTransformers(
  folder: FileAt,
  settings: ModelJson,
  given: ModelFamily | undefined,
): ModelSettings {
  const isText = isTextAlone(settings.entries());
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
    preprocessing: (vision) =>
      Promise.resolve({
        config: preprocessConfig(preprocessor, vision, family),
        file: `${folder}/${OPEN_CLIP}`,
        settings: preprocessor,
      }),
  };
}

/**
 * Reads the sizes of a model from the settings of its folder.
 *
 * @param folder The model folder.
 * @throws {NegscopeError} If there are no settings, they cannot be read, or they are of a model that the kit does not know.
 */
export async function loadClipConfig(folder: FileAt): Promise<ClipConfig> {
  return (await readSettings(folder)).config;
}

/** What is said of the image tower where the settings are of a text tower alone. */
export const NO_IMAGE_TOWER = "none, since the settings are of a text tower alone";

export function imageTowerAbsent(file: string): NegscopeError {
  return new NegscopeError("model-unsupported", {
    problem: `Cannot find the image tower of "${file}"`,
    reason: "its settings are of a text tower alone",
    fix:
      "use the text tower alone, with the images' embeddings from elsewhere: --image-embeddings FILE",
  });
}

/** Whether settings are of CLIP's text tower alone. */
function isTextAlone(config: Readonly<Record<string, unknown>>): boolean {
  return config["model_type"] === "clip_text_model";
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

/** The keys and values of a config.json with another number of positions, if it is given. */
export function withPositions(config: Json, positions: number | undefined): Json {
  if (positions === undefined) return config;
  if (isTextAlone(config)) return { ...config, max_position_embeddings: positions };
  const older = "text_config_dict"; // counts instead, where it is there
  const key = config[older] == null ? "text_config" : older;
  return { ...config, [key]: { ...config[key] as Json, max_position_embeddings: positions } };
}
