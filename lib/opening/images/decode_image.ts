/** The pixels of an image file, as Pillow decodes them. */

import type { Metadata, Sharp } from "sharp";
import pLimit from "p-limit";
import { type ErrorParts, NegscopeError } from "../../errors/errors.ts";
import {
  cropBox,
  imagePixels,
  type ImageSize,
  meetsImage,
  type PreprocessConfig,
  type RgbImage,
} from "../../model/image/preprocess.ts";
import type { ImageFile } from "../../model/image/image_tower.ts";
import type { Box } from "../../reading/picture.ts";

interface TiffForm {
  readonly plain: boolean; // whether it is decoded as Pillow does
  /** Whether it is to be turned or mirrored, which Pillow does in TIFF files only. */
  readonly turned: boolean;
  /** Whether a further channel is opacity; some programs write one that means nothing. */
  readonly hasAlpha: boolean;
}

/** The tags of an image that say how it is stored. */
const TAG = {
  bits: 258,
  compression: 259,
  colours: 262,
  orientation: 274,
  samples: 277,
  further: 338,
  format: 339,
} as const;

/** The values of tags that a file leaves out; no file has negative ones. */
const ABSENT = {
  bits: 1,
  compression: 1,
  colours: -1,
  orientation: 1,
  samples: 1,
  further: -1,
  format: 1,
};

type Tags = Record<keyof typeof TAG, number>;

const COLOURS = { whiteIsZero: 0, rgb: 2, cmyk: 5, ycbcr: 6 } as const;
/** The kinds of colours that are decoded: white is zero, black is zero, RGB, palette, CMYK, and YCbCr in JPEG. */
const DECODED: readonly number[] = [0, 1, 2, 3, 5, 6];
const JPEG: readonly number[] = [6, 7];
/** None, CCITT, LZW, JPEG, Deflate, PackBits and WebP. */
const COMPRESSIONS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946, 50001];
const MEANS_NOTHING = 0;
const SIGNED = 2;
const FLOAT = 3;

/** Bytes of a number by its type in the file: byte, short, long, and long in large files. */
const SIZES: Readonly<Record<number, 1 | 2 | 4 | 8>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** Reads the form of a TIFF file's first image. Returns undefined if it is not a TIFF file, or one that is cut or damaged. */
export function tiffForm(bytes: Uint8Array): TiffForm | undefined {
  try {
    const tags = readTags(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return tags && {
      plain: isPlain(tags),
      turned: isTurned(tags),
      hasAlpha: tags.further !== MEANS_NOTHING,
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined; // it ends too early, as the image library will say
    throw error;
  }
}

function isTurned({ orientation }: Tags): boolean {
  return orientation >= 2 && orientation <= 8;
}

function isPlain(tags: Tags): boolean {
  const { bits, compression, colours, samples, format } = tags;
  const isGrey = samples <= 2 && colours !== COLOURS.rgb && colours !== COLOURS.cmyk;
  const isColour = samples === 3 && (colours === COLOURS.rgb || colours === COLOURS.ycbcr);
  return DECODED.includes(colours) && COMPRESSIONS.includes(compression) && samples <= 4 &&
    (colours !== COLOURS.ycbcr || JPEG.includes(compression)) &&
    (colours !== COLOURS.whiteIsZero || bits <= 8) &&
    (format !== SIGNED || bits > 8) &&
    (isGrey || format !== FLOAT && bits <= 16) &&
    (isColour || !isTurned(tags)); // Pillow turns other files only if they are compressed
}

function readTags(view: DataView): Tags | undefined {
  const order = view.getUint16(0);
  const little = order === 0x4949; // "II" in place of "MM"
  if (!little && order !== 0x4d4d) return undefined;
  const version = view.getUint16(2, little);
  if (version !== 42 && version !== 43) return undefined;
  const large = version === 43; // files of more than 4 GB
  const offsetAt = (at: number) =>
    large ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
  const read = (at: number, size: 1 | 2 | 4 | 8) => {
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, little);
    return size === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little));
  };
  const start = offsetAt(large ? 8 : 4);
  const count = large ? offsetAt(start) : view.getUint16(start, little);
  const [first, length, room] = large ? [start + 8, 20, 8] : [start + 2, 12, 4];
  const tags: Tags = { ...ABSENT };
  for (let at = first; at < first + count * length; at += length) {
    const tag = view.getUint16(at, little);
    const name = (Object.keys(TAG) as (keyof typeof TAG)[]).find((key) => TAG[key] === tag);
    const size = SIZES[view.getUint16(at + 2, little)];
    if (name === undefined || size === undefined) continue;
    const value = at + length - room; // or where it is, if there are too many
    tags[name] = read(offsetAt(at + 4) * size <= room ? value : offsetAt(value), size);
  }
  return tags;
}

const MAX_PIXELS = 178_956_970; // Pillow refuses larger images as decompression bombs
const FORMATS = ["jpeg", "png", "webp", "gif", "tiff"];

export interface DecodeOptions {
  readonly name: string;
  /**
   * How alpha is treated: composited on white, as in transformers 5, or dropped, as in transformers up to version 4 and OpenAI's CLIP.
   * Photographs have none. @default {"white"}
   */
  readonly transparency?: "drop" | "white";
}

/**
 * Decodes an image to 8-bit red, green and blue.
 *
 * As in Pillow, EXIF rotation (except in TIFF files) and colour profiles are not applied, palettes and grey are expanded, 16 bits keep
 * their upper half (but 16-bit grey without alpha is clipped at 255), CMYK becomes (1 - ink) (1 - black), and only the first of several
 * frames is decoded. TIFF files that Pillow decodes in another way, such as those with LAB colours, are refused.
 */
export async function decodeImage(
  bytes: Uint8Array,
  { name, transparency = "white" }: DecodeOptions,
): Promise<RgbImage> {
  if (bytes.length === 0) throw undecodable(name, "the file is empty");
  const { default: sharp } = await import("sharp"); // 0.2 s, so only where images are read
  const open = () =>
    sharp(bytes, { failOn: "error", ignoreIcc: true, limitInputPixels: MAX_PIXELS });
  const tiff = tiffForm(bytes);
  if (tiff?.plain === false) {
    throw undecodable(name, "it is a TIFF file of a rare kind", {
      expected: "RGB, grey, palette or CMYK, of 8 or 16 bits",
      fix: "convert it to PNG or JPEG",
    });
  }
  const metadata = await open().metadata().catch((error: unknown) => {
    throw decodingFailed(name, error);
  });
  if (!FORMATS.includes(metadata.format)) {
    throw undecodable(name, `it is ${metadata.format.toUpperCase()}`);
  }
  return await readPixels(open(), { metadata, transparency, tiff }).catch((error: unknown) => {
    throw decodingFailed(name, error);
  });
}

async function readPixels(
  stored: Sharp,
  { metadata: { space, channels, depth, hasAlpha }, transparency, tiff }: {
    readonly metadata: Metadata;
    readonly transparency: "drop" | "white";
    readonly tiff: TiffForm | undefined;
  },
): Promise<RgbImage> {
  const image = tiff?.turned ? stored.autoOrient() : stored;
  if (space === "cmyk") {
    const inks = unconverted(image, "cmyk");
    return rgbOfCmyk(
      depth === "ushort" ? upperHalves(await raw(inks, "ushort")) : await raw(inks, "uchar"),
    );
  }
  if (space === "grey16" && channels === 1) {
    return rgbOfGrey16(await raw(unconverted(image, "grey16"), "ushort"));
  }
  const converted = image.toColourspace("srgb");
  return hasAlpha && tiff?.hasAlpha !== false && transparency === "white"
    ? onWhite(await raw(converted, "uchar"))
    : await raw(converted.removeAlpha(), "uchar");
}

/** Keeps the file's own values instead of converting them by a colour profile. */
function unconverted(image: Sharp, space: string): Sharp {
  return image.pipelineColourspace(space).toColourspace(space);
}

/** The values as stored in memory, with as many channels as the image has. */
async function raw(image: Sharp, depth: "uchar" | "ushort"): Promise<RgbImage> {
  const { data, info } = await image.raw({ depth }).toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

function onWhite({ width, height, data: rgba }: RgbImage): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4) {
    const alpha = rgba[from + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      data[to++] = dividedBy255(rgba[from + channel]! * alpha + 255 * (255 - alpha));
    }
  }
  return { width, height, data };
}

/** The upper eight bits of values of sixteen. */
function upperHalves({ width, height, data }: RgbImage): RgbImage {
  const values = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return { width, height, data: Uint8Array.from(values, (value) => value >> 8) };
}

function rgbOfCmyk({ width, height, data: inks }: RgbImage): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4) {
    const light = 255 - inks[from + 3]!;
    for (let ink = 0; ink < 3; ink++) {
      data[to++] = light - dividedBy255(inks[from + ink]! * light);
    }
  }
  return { width, height, data };
}

/** Divides a product of at most 255 x 255 by 255 with rounding, in integers as Pillow does. */
function dividedBy255(product: number): number {
  const rounded = product + 128;
  return ((rounded >> 8) + rounded) >> 8;
}

function rgbOfGrey16({ width, height, data: bytes }: RgbImage): RgbImage {
  const grey = new Uint16Array(bytes.buffer, bytes.byteOffset, width * height);
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    data.fill(Math.min(grey[pixel]!, 255), pixel * 3, pixel * 3 + 3);
  }
  return { width, height, data };
}

export function decodingFailed(name: string, error: unknown): NegscopeError {
  const why = error instanceof Error ? error.message : String(error);
  if (/pixel limit/i.test(why)) {
    return undecodable(name, `it has more than ${MAX_PIXELS} pixels`, {
      gist: "its image is too large",
      expected: undefined,
      fix: "scale it down first",
    });
  }
  if (/unsupported image format/i.test(why)) return undecodable(name, "its format is not known");
  return undecodable(name, "it is cut or damaged", { cause: error });
}

function undecodable(
  name: string,
  reason: string,
  parts: Partial<ErrorParts> = {},
): NegscopeError {
  return new NegscopeError("image-undecodable", {
    problem: `Cannot decode image "${name}"`,
    subject: name,
    reason,
    gist: "its image cannot be decoded",
    expected: "a whole JPEG, PNG, WebP, GIF or TIFF file",
    ...parts,
  });
}

/** The most decoded images in memory at once, 36 MB each if from a camera; sharp decodes no more than this in parallel. */
const DECODED_AT_ONCE = 4;
const decoding = pLimit(DECODED_AT_ONCE);

/** Prepares an image, or a box of it, cut out after alpha is dropped as published scripts do: [channels, height, width]. */
export async function preprocessImage(
  bytes: Uint8Array,
  config: PreprocessConfig,
  { name, box }: Omit<ImageFile, "bytes">,
): Promise<Float32Array<ArrayBuffer>> {
  return await decoding(async () => {
    if (box === undefined) return imagePixels(await decodeImage(bytes, { name }), config);
    const whole = await decodeImage(bytes, { name, transparency: "drop" });
    return imagePixels(cropBox(whole, box), config);
  });
}

export async function imageSize(bytes: Uint8Array, name: string): Promise<ImageSize> {
  const { default: sharp } = await import("sharp");
  return await sharp(bytes, { limitInputPixels: MAX_PIXELS }).metadata().catch((error: unknown) => {
    throw decodingFailed(name, error);
  });
}

export function checkBox(
  size: ImageSize,
  { box, image, where }: { readonly box: Box; readonly image: string; readonly where: string },
): void {
  if (meetsImage(box, size)) return;
  throw new NegscopeError("row-wrong", {
    problem: `Cannot use box [${box.join(", ")}] of ${where}`,
    subject: image,
    reason: `image "${image}" has ${size.width} x ${size.height} pixels, none of them in it`,
    gist: "its box lies outside the image",
  });
}

/** A square picture of greys from 0 to 255 as a `data:` address. */
export async function greyAddress(greys: Uint8ClampedArray): Promise<string> {
  const { default: sharp } = await import("sharp");
  const side = Math.sqrt(greys.length);
  const raw = { width: side, height: side, channels: 1 } as const;
  const png = await sharp(greys, { raw }).png().toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}
