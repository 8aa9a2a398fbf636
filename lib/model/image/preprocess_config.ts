/** How an image becomes a model's input, from the preprocessor_config.json or processor_config.json of the model's folder. */

import { type FileAt, within } from "../../reading/files.ts";
import type { VisionConfig } from "../../architecture/tower_writer.ts";
import { CLIP, type ModelFamily } from "../families.ts";
import type {
  ImageSize,
  PreprocessConfig,
  PreprocessDefaults,
  ResizeFilter,
} from "./preprocess.ts";
import { type ModelJson, readModelJson, readModelJsonIfAny } from "../model_json.ts";

const FILE = "preprocessor_config.json";
/** The file of transformers 5, which holds the same settings as one of its objects; in earlier versions it holds other things. */
const WHOLE_FILE = "processor_config.json";
const OBJECT = "image_processor";
/** The kit's own setting beside Hugging Face's: `"half_even"` for a model of open_clip. */
export const CROP_ROUNDING = "crop_rounding";
const DEFAULT_SIZE = 224;
const BICUBIC = 3; // Pillow's number
const FILTERS: Readonly<Record<number, ResizeFilter>> = { 2: "bilinear", 3: "bicubic" };

/**
 * Reads the settings of a model folder's image processor. As in transformers 5, those in processor_config.json come first.
 *
 * @param folder The model folder.
 * @param vision The image tower, whose input size the result must have.
 * @param family The family, which says what the file may leave out. @default {CLIP}
 * @throws {NegscopeError} If the folder has neither file, or a setting is impossible or not read, such as another filter.
 */
export async function loadPreprocessConfig(
  folder: FileAt,
  vision: Pick<VisionConfig, "imageSize">,
  family: Pick<ModelFamily, "defaults"> = CLIP,
): Promise<PreprocessConfig> {
  return preprocessConfig((await preprocessorSettings(folder)).settings, vision, family);
}

export interface PreprocessorSettings {
  readonly settings: ModelJson;
  readonly file: string;
}

export async function preprocessorSettings(folder: FileAt): Promise<PreprocessorSettings> {
  const whole = await readModelJsonIfAny(within(folder, WHOLE_FILE));
  const settings = whole?.object(OBJECT);
  const { path } = folder;
  if (settings !== undefined) return { settings, file: `${path}/${WHOLE_FILE}` };
  return { settings: await readModelJson(within(folder, FILE)), file: `${path}/${FILE}` };
}

/** Reads the settings of an image processor, of the tower's input size; those that are left out are the family's in transformers. */
export function preprocessConfig(
  settings: ModelJson,
  vision: Pick<VisionConfig, "imageSize">,
  { defaults: { preprocessing: defaults } }: {
    readonly defaults: { readonly preprocessing: PreprocessDefaults };
  } = CLIP,
): PreprocessConfig {
  const normalized = settings.flag("do_normalize", true);
  const std = settings.channels("image_std", defaults.std);
  if (std.some((value) => value <= 0)) throw settings.wrong("image_std", "positive", std);
  const config = {
    ...settings.flag("do_resize", true) ? resizing(settings, defaults) : { resize: undefined },
    ...settings.flag("do_center_crop", defaults.crop !== undefined)
      ? cropping(settings, defaults)
      : { crop: undefined },
    rescaleFactor: settings.flag("do_rescale", true)
      ? settings.number("rescale_factor", { default: 1 / 255 })
      : 1,
    mean: normalized ? settings.channels("image_mean", defaults.mean) : [0, 0, 0] as const,
    std: normalized ? std : [1, 1, 1] as const,
  };
  checkResult(settings, config, vision.imageSize);
  return config;
}

function cropping(settings: ModelJson, defaults: PreprocessDefaults) {
  const crop = imageSize(settings, "crop_size") ?? defaults.crop ?? squareOf(DEFAULT_SIZE);
  const rounding = settings.get(CROP_ROUNDING);
  if (rounding === undefined) return { crop };
  if (rounding === "half_even") return { crop, cropRounding: rounding } as const;
  throw settings.wrong(CROP_ROUNDING, '"half_even", or absent', rounding);
}

function resizing(settings: ModelJson, defaults: PreprocessDefaults) {
  const resample = settings.count("resample", BICUBIC, 0);
  const filter = FILTERS[resample];
  if (filter === undefined) {
    throw settings.wrong("resample", "2 (bilinear) or 3 (bicubic)", resample);
  }
  const resize = resizeTo(settings, defaults);
  return filter === "bicubic" ? { resize } : { resize, filter };
}

function resizeTo(settings: ModelJson, defaults: PreprocessDefaults): PreprocessConfig["resize"] {
  const size = settings.get("size");
  if (typeof size === "number") return { shortestEdge: settings.count("size", DEFAULT_SIZE) };
  const edges = settings.object("size");
  if (edges === undefined) return defaults.size ?? { shortestEdge: DEFAULT_SIZE };
  if (edges.get("shortest_edge") === undefined) return imageSize(settings, "size");
  if (edges.get("longest_edge") !== undefined) {
    throw settings.wrong("size", "of one shortest_edge, without longest_edge", size);
  }
  return { shortestEdge: edges.count("shortest_edge", DEFAULT_SIZE) };
}

function imageSize(settings: ModelJson, key: string): ImageSize | undefined {
  const value = settings.get(key);
  if (typeof value === "number") return squareOf(settings.count(key, DEFAULT_SIZE));
  const size = settings.object(key);
  if (size === undefined) return undefined;
  for (const edge of ["height", "width"]) {
    if (size.get(edge) === undefined) throw size.wrong(edge, "a whole number");
  }
  return { height: size.count("height", 0), width: size.count("width", 0) };
}

function squareOf(edge: number): ImageSize {
  return { height: edge, width: edge };
}

/** Refuses an input size other than the tower's now, rather than at the first image. */
function checkResult(settings: ModelJson, { resize, crop }: PreprocessConfig, edge: number): void {
  const fixed = crop ?? (resize !== undefined && "height" in resize ? resize : undefined);
  if (fixed?.height === edge && fixed.width === edge) return;
  const key = crop === undefined ? "size" : "crop_size";
  const expected = `${edge} x ${edge} as "image_size" of the model's settings`;
  throw settings.wrong(key, expected, fixed ?? settings.get(key));
}
