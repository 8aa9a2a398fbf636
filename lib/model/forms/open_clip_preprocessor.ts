/** How open_clip prepares images, in the settings of Hugging Face's `CLIPImageProcessor`, with one of the kit's own for the crop. */

import { shown } from "../../errors.ts";
import { CROP_ROUNDING } from "../image/preprocess_config.ts";
import type { ModelJson } from "../model_json.ts";

/** Pillow's numbers of the filters; open_clip's "random" is for training, and means bicubic else. */
const RESAMPLE: ReadonlyMap<unknown, number> = new Map([
  ["bicubic", 3],
  ["random", 3],
  ["bilinear", 2],
]);

/** The settings of an image processor, or why there are none. */
export interface OpenClipPreprocessor {
  /** The keys and values of a preprocessor_config.json. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Why images cannot be prepared so; usually undefined. */
  readonly refusal: string | undefined;
}

/**
 * Translates `preprocess_cfg` as `image_transform` of open_clip reads it. The size of an image is the image tower's, whatever this object
 * says. The part cut from the middle is that of torchvision's `CenterCrop`.
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
