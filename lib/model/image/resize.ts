/** Resizing that gives exactly the bytes of `Image.resize(size, filter)` of Pillow up to version 12, with which CLIP's images were prepared. */

/** An 8-bit image, `data` in the order row, column, channel. */
export interface RgbImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Red, green and blue of every pixel: 3 x width x height bytes. */
  readonly data: Uint8Array;
}

export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How a pixel of the result is made of those around its place: by Keys' cubic (a = -0.5), or by a triangle. */
export type ResizeFilter = "bicubic" | "bilinear";

export interface ResizeOptions {
  readonly width: number;
  readonly height: number;
  /** The part of the resized image to compute. @default {all of it} */
  readonly region?: Region;
  /** The filter. @default {"bicubic"} */
  readonly filter?: ResizeFilter;
}

const CHANNELS = 3;
/** Each filter, and the number of source pixels on each side that it reaches at scale 1. */
const FILTERS = {
  bicubic: { kernel: cubic, reach: 2 },
  bilinear: { kernel: triangle, reach: 1 },
} as const;

type Filter = typeof FILTERS[ResizeFilter];

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
    ResizeOptions,
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
    readonly filter: Filter;
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
    for (let k = 0; k < length; k++) values[i * stride + k] = fixedPoint(heights[k]! / sum);
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

function triangle(x: number): number {
  return Math.max(1 - Math.abs(x), 0);
}

function fixedPoint(weight: number): number {
  return Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * (1 << PRECISION_BITS));
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
