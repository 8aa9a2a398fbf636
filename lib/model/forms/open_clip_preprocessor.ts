/** How open_clip prepares images, in the settings of Hugging Face's `CLIPImageProcessor`. */

import { shown } from "../../errors.ts";
import type { ModelJson } from "../model_json.ts";

const BICUBIC = 3; // Pillow's number

/** The settings of an image processor, or why there are none. */
export interface OpenClipPreprocessor {
  /** The keys and values of a preprocessor_config.json. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Why images cannot be prepared so; usually undefined. */
  readonly refusal: string | undefined;
}

/**
 * Translates `preprocess_cfg` as `image_transform` of open_clip reads it. The size of an image is the image tower's, whatever this object
 * says.
 *
 * @param preprocess The object; it may be absent.
 * @param imageSize Height and width of the image tower's input, pixels.
 * @throws {NegscopeError} If a mean or standard deviation is not a number or three.
 */
export function openClipPreprocessor(
  preprocess: ModelJson | undefined,
  imageSize: number,
): OpenClipPreprocessor {
  const size = { height: imageSize, width: imageSize };
  const squash = preprocess?.get("resize_mode") === "squash";
  return {
    settings: {
      do_resize: true,
      size: squash ? size : { shortest_edge: imageSize },
      resample: BICUBIC,
      do_center_crop: !squash,
      ...(!squash && { crop_size: size }),
      ...{ do_rescale: true, rescale_factor: 1 / 255, do_normalize: true },
      ...channels(preprocess, "mean"),
      ...channels(preprocess, "std"),
    },
    refusal: preprocess === undefined ? undefined : refusalOf(preprocess),
  };
}

function refusalOf(preprocess: ModelJson): string | undefined {
  const known: readonly (readonly [string, readonly string[]])[] = [
    ["resize_mode", ["shortest", "squash"]],
    ["interpolation", ["bicubic", "random"]], // random is for training: else it is bicubic
    ["mode", ["RGB"]],
  ];
  for (const [key, values] of known) {
    const value = preprocess.get(key);
    if (value !== undefined && !values.includes(value as string)) {
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
