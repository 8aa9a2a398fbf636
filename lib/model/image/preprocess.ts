/** Turns a decoded image into the input of the image tower, as Hugging Face's `CLIPImageProcessor` does, or open_clip. */

import type { Box } from "../../reading/picture.ts";
import type { Channels } from "../model_json.ts";

/** Height and width, pixels. */
export interface ImageSize {
  /** Rows of pixels. */
  readonly height: number;
  /** Columns of pixels. */
  readonly width: number;
}

/** What an image processor does where its settings do not say. */
export interface PreprocessDefaults {
  /** The size that an image is resized to. @default {a shorter edge of 224 pixels} */
  readonly size?: ImageSize;
  /** Size of the part cut from the middle. @default {nothing is cut off} */
  readonly crop?: ImageSize;
  /** Mean of red, green and blue. */
  readonly mean: Channels;
  /** Standard deviation of red, green and blue. */
  readonly std: Channels;
}

/** The stages an image goes through; an omitted one is undefined. */
export interface PreprocessConfig {
  /** Resizing: of the shorter edge, the other in proportion, or to a fixed size. */
  readonly resize: { readonly shortestEdge: number } | ImageSize | undefined;
  /** The filter of the resizing. @default {"bicubic"} */
  readonly filter?: ResizeFilter;
  /** Size of the part cut from the middle. */
  readonly crop: ImageSize | undefined;
  /**
   * How the place of the crop is rounded where it is half a pixel: down as in transformers, or to the even neighbour as in torchvision and
   * so in open_clip.
   *
   * @default {"down"}
   */
  readonly cropRounding?: "down" | "half_even";
  /** The factor for a grey level from 0 to 255; 1 leaves it as it is. */
  readonly rescaleFactor: number;
  /** Subtracted from the rescaled red, green and blue. */
  readonly mean: Channels;
  /** What the differences are divided by. */
  readonly std: Channels;
}

/** The edges of a box, each rounded to a whole number, halves to the even one: `int(round(edge))` of Python. */
function boxEdges([x, y, width, height]: Box) {
  const [left, top, right, bottom] = [x, y, x + width, y + height].map(halfToEven);
  return { left: left!, top: top!, right: right!, bottom: bottom! };
}

export function meetsImage(box: Box, { width, height }: ImageSize): boolean {
  const { left, top, right, bottom } = boxEdges(box);
  return Math.min(right, width) > Math.max(left, 0) && Math.min(bottom, height) > Math.max(top, 0);
}

/** Cuts out a box; what lies outside the image is black. */
export function cropBox(image: RgbImage, box: Box): RgbImage {
  const { left, top, right, bottom } = boxEdges(box);
  const [width, height] = [right - left, bottom - top];
  const data = new Uint8Array(width * height * 3);
  const [from, to] = [Math.max(left, 0), Math.min(right, image.width)];
  for (let y = Math.max(top, 0); y < Math.min(bottom, image.height); y++) {
    const row = image.data.subarray((y * image.width + from) * 3, (y * image.width + to) * 3);
    data.set(row, ((y - top) * width + from - left) * 3);
  }
  return { width, height, data };
}

/** A number rounded to a whole one, halves to the even neighbour. */
function halfToEven(edge: number): number {
  const down = Math.floor(edge);
  const rest = edge - down;
  return rest < 0.5 || rest === 0.5 && down % 2 === 0 ? down : down + 1;
}

/** An 8-bit image, `data` in the order row, column, channel. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array; // red, green and blue of every pixel: 3 x width x height bytes
}

/** How a pixel of the result is made of those around its place: by Keys' cubic (a = -0.5), or by a triangle. */
export type ResizeFilter = "bicubic" | "bilinear";

const CHANNELS = 3;
/** Each filter, and the number of source pixels on each side that it reaches at scale 1. */
const FILTERS = {
  bicubic: { kernel: cubic, reach: 2 },
  bilinear: { kernel: (x: number) => Math.max(1 - Math.abs(x), 0), reach: 1 },
} as const;

const PRECISION_BITS = 32 - 8 - 2; // Pillow's fixed point: 8 bits of value, 2 of head-room for overshoot
const ROUNDING = 1 << (PRECISION_BITS - 1);

/**
 * Resizes an image with an antialiased filter, or computes a part of the resized image.
 *
 * Pillow's arithmetic: fixed-point weights, rows first, columns second, rounded and clipped to 8 bits after each, as in every version up to
 * 12, with which CLIP was trained and measured. Pillow 13 takes the columns first where the height shrinks by much more than the width, and
 * so for pictures that are more than twice as tall as wide and are made smaller: some of their bytes differ, by up to 4 in photographs.
 */
export function resizeImage(
  image: RgbImage,
  { width, height, region = { left: 0, top: 0, width, height }, filter: name = "bicubic" }:
    & ImageSize
    & {
      /** The part of the resized image to compute. @default {all of it} */
      readonly region?: ImageSize & { readonly left: number; readonly top: number };
      readonly filter?: ResizeFilter;
    },
): RgbImage {
  const filter = FILTERS[name];
  const columns = { first: region.left, count: region.width, filter };
  const rows = { first: region.top, count: region.height, filter };
  const across = weightsOf(image.width, width, columns);
  const down = weightsOf(image.height, height, rows);
  const top = down.starts[0]!;
  const bottom = down.starts[region.height - 1]! + down.lengths[region.height - 1]!;
  const narrowed = resizeRows(image, across, { top, bottom });
  return resizeColumns(narrowed, down, top);
}

/** For each wanted output pixel of one axis, the source pixels that it is made of and their fixed-point weights. */
interface Weights {
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  /** `stride` weights per output pixel, of which the first `lengths` are used. */
  readonly values: Int32Array;
  readonly stride: number;
}

function weightsOf(
  sourceSize: number,
  size: number,
  { first, count, filter: { kernel, reach } }: {
    readonly first: number;
    readonly count: number;
    readonly filter: typeof FILTERS[ResizeFilter];
  },
): Weights {
  const scale = sourceSize / size;
  const filterScale = Math.max(scale, 1); // shrinking widens the filter, so that no source pixel is skipped
  const support = reach * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(count);
  const lengths = new Int32Array(count);
  const values = new Int32Array(count * stride);
  const heights = new Float64Array(stride);
  for (let i = 0; i < count; i++) {
    const center = (first + i + 0.5) * scale;
    const start = Math.max(Math.trunc(center - support + 0.5), 0);
    const length = Math.min(Math.trunc(center + support + 0.5), sourceSize) - start;
    let sum = 0;
    for (let k = 0; k < length; k++) {
      heights[k] = kernel((start + k - center + 0.5) * (1 / filterScale));
      sum += heights[k]!;
    }
    for (let k = 0; k < length; k++) {
      const weight = heights[k]! / sum;
      const rounding = weight < 0 ? -0.5 : 0.5;
      values[i * stride + k] = Math.trunc(rounding + weight * (1 << PRECISION_BITS));
    }
    starts[i] = start;
    lengths[i] = length;
  }
  return { starts, lengths, values, stride };
}

/** Keys' cubic convolution kernel with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  const distance = Math.abs(x);
  if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * a;
  return 0;
}

function resizeRows(
  image: RgbImage,
  weights: Weights,
  { top, bottom }: { readonly top: number; readonly bottom: number },
): RgbImage {
  const { starts, lengths, values, stride } = weights;
  const width = starts.length;
  const data = new Uint8Array(width * (bottom - top) * CHANNELS);
  const source = image.data;
  let to = 0;
  for (let y = top; y < bottom; y++) {
    const row = y * image.width * CHANNELS;
    for (let x = 0; x < width; x++) {
      let from = row + starts[x]! * CHANNELS;
      let red = ROUNDING, green = ROUNDING, blue = ROUNDING;
      const first = x * stride;
      for (let k = first, end = first + lengths[x]!; k < end; k++) {
        const weight = values[k]!;
        red += source[from]! * weight;
        green += source[from + 1]! * weight;
        blue += source[from + 2]! * weight;
        from += CHANNELS;
      }
      data[to++] = clip8(red);
      data[to++] = clip8(green);
      data[to++] = clip8(blue);
    }
  }
  return { width, height: bottom - top, data };
}

/** @param top The row of the whole image at which `image` begins. */
function resizeColumns(image: RgbImage, weights: Weights, top: number): RgbImage {
  const { starts, lengths, values, stride } = weights;
  const height = starts.length;
  const rowLength = image.width * CHANNELS;
  const data = new Uint8Array(rowLength * height);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < height; y++) {
    sums.fill(ROUNDING);
    let from = (starts[y]! - top) * rowLength;
    const first = y * stride;
    for (let k = first, end = first + lengths[y]!; k < end; k++) {
      const weight = values[k]!;
      for (let i = 0; i < rowLength; i++) sums[i]! += image.data[from + i]! * weight;
      from += rowLength;
    }
    const to = y * rowLength;
    for (let i = 0; i < rowLength; i++) data[to + i] = clip8(sums[i]!);
  }
  return { width: image.width, height, data };
}

function clip8(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Resizes, crops and normalises an image. Returns the image tower's input, [channels, height, width]. */
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
  const { filter = "bicubic" } = config;
  const part = resizeImage(image, { ...resized, region, filter });
  if (part.width === crop.width && part.height === crop.height) return part;
  return cropBox(part, [Math.min(left, 0), Math.min(top, 0), crop.width, crop.height]);
}

/** Rescales grey levels, takes off the mean and divides by the standard deviation, in float32. Returns [channels, height, width]. */
export function normalizePixels(
  image: RgbImage,
  config: PreprocessConfig,
): Float32Array<ArrayBuffer> {
  const pixels = image.width * image.height;
  const output = new Float32Array(3 * pixels);
  const { fround } = Math; // rounds to float32 after every operation, as NumPy does
  config.mean.forEach((mean, channel) => {
    const std = fround(config.std[channel]!);
    const centred = (level: number) => fround(fround(level * config.rescaleFactor) - fround(mean));
    const levels = Float32Array.from({ length: 256 }, (_, level) => centred(level) / std);
    for (let pixel = 0; pixel < pixels; pixel++) {
      output[channel * pixels + pixel] = levels[image.data[pixel * 3 + channel]!]!;
    }
  });
  return output;
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
