/** Turns a decoded image into the input of the image tower, as Hugging Face's `CLIPImageProcessor` does, or open_clip. */

import { halfToEven } from "./crop_box.ts";
import type { ImageSize, PreprocessConfig } from "./preprocess_config.ts";
import { resizeImage, type RgbImage } from "./resize.ts";

/**
 * Resizes, crops and normalises an image.
 *
 * @param image The decoded image.
 * @param config The model's preprocessing.
 * @returns The image tower's input, [channels, height, width].
 */
export function imagePixels(image: RgbImage, config: PreprocessConfig): Float32Array<ArrayBuffer> {
  return normalizePixels(cropImage(image, config), config);
}

/**
 * Resizes an image and crops it to its centre. The result is what the model sees, before normalisation. Returns 8-bit red, green and blue.
 *
 * If the resized image is smaller than the crop, it is surrounded by black.
 */
export function cropImage(image: RgbImage, config: PreprocessConfig): RgbImage {
  const resized = resizedSize(image, config.resize);
  const crop = config.crop ?? resized;
  // `int(round((size - crop) / 2.0))` of torchvision's center_crop, or `(size - crop) // 2` of transformers
  const rounded = config.cropRounding === "half_even" ? halfToEven : Math.floor;
  const left = rounded((resized.width - crop.width) / 2); // negative where black is added
  const top = rounded((resized.height - crop.height) / 2);
  const region = {
    left: Math.max(left, 0),
    top: Math.max(top, 0),
    width: Math.min(crop.width, resized.width),
    height: Math.min(crop.height, resized.height),
  };
  const part = resizeImage(image, {
    ...resized,
    region,
    ...(config.filter === undefined ? {} : { filter: config.filter }),
  });
  if (part.width === crop.width && part.height === crop.height) return part;
  return surround(part, { ...crop, left: Math.max(-left, 0), top: Math.max(-top, 0) });
}

/** Rescales grey levels, takes off the mean and divides by the standard deviation, in float32. Returns [channels, height, width]. */
export function normalizePixels(
  image: RgbImage,
  config: PreprocessConfig,
): Float32Array<ArrayBuffer> {
  const pixels = image.width * image.height;
  const output = new Float32Array(3 * pixels);
  config.mean.forEach((mean, channel) => {
    const levels = normalizedLevels(config.rescaleFactor, { mean, std: config.std[channel]! });
    for (let pixel = 0; pixel < pixels; pixel++) {
      output[channel * pixels + pixel] = levels[image.data[pixel * 3 + channel]!]!;
    }
  });
  return output;
}

/** The normalised value of each grey level, rounded to float32 after every operation as NumPy does. */
function normalizedLevels(
  rescaleFactor: number,
  { mean, std }: { readonly mean: number; readonly std: number },
): Float32Array {
  const { fround } = Math;
  return Float32Array.from(
    { length: 256 },
    (_, level) => fround(fround(level * rescaleFactor) - fround(mean)) / fround(std),
  );
}

function resizedSize(image: RgbImage, resize: PreprocessConfig["resize"]): ImageSize {
  if (resize === undefined) return { width: image.width, height: image.height };
  if ("height" in resize) return resize;
  const { width, height } = image;
  const { shortestEdge } = resize;
  return width <= height
    ? { width: shortestEdge, height: Math.trunc(shortestEdge * height / width) }
    : { width: Math.trunc(shortestEdge * width / height), height: shortestEdge };
}

function surround(
  image: RgbImage,
  { width, height, left, top }: ImageSize & { readonly left: number; readonly top: number },
): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3);
    data.set(row, ((top + y) * width + left) * 3);
  }
  return { width, height, data };
}
