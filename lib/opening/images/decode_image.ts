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

const MAX_PIXELS = 178_956_970; // Pillow refuses larger images as decompression bombs
const FORMATS = ["jpeg", "png", "webp", "gif"];

/**
 * Decodes an image to 8-bit red, green and blue.
 *
 * As in Pillow, EXIF rotation and colour profiles are not applied, palettes and grey are expanded, 16 bits keep their upper half (but
 * 16-bit grey without alpha is clipped at 255), CMYK becomes (1 - ink) (1 - black), and only the first of several frames is decoded.
 */
export async function decodeImage(
  bytes: Uint8Array,
  { name, transparency = "white" }: {
    readonly name: string;
    /**
     * How alpha is treated: composited on white, as in transformers 5, or dropped, as in transformers up to version 4 and OpenAI's CLIP.
     * Photographs have none. @default {"white"}
     */
    readonly transparency?: "drop" | "white";
  },
): Promise<RgbImage> {
  if (bytes.length === 0) throw undecodable(name, "the file is empty");
  const { default: sharp } = await import("sharp"); // 0.2 s, so only where images are read
  const open = () =>
    sharp(bytes, { failOn: "error", ignoreIcc: true, limitInputPixels: MAX_PIXELS });
  const metadata = await open().metadata().catch((error: unknown) => {
    throw decodingFailed(name, error);
  });
  if (!FORMATS.includes(metadata.format)) {
    throw undecodable(name, `it is ${metadata.format.toUpperCase()}`, { fix: "convert it to PNG" });
  }
  return await readPixels(open(), metadata, transparency).catch((error: unknown) => {
    throw decodingFailed(name, error);
  });
}

async function readPixels(
  image: Sharp,
  { space, channels, hasAlpha }: Metadata,
  transparency: "drop" | "white",
): Promise<RgbImage> {
  if (space === "cmyk") return rgbOfCmyk(await raw(unconverted(image, "cmyk"), "uchar"));
  if (space === "grey16" && channels === 1) {
    return rgbOfGrey16(await raw(unconverted(image, "grey16"), "ushort"));
  }
  const converted = image.toColourspace("srgb");
  return hasAlpha && transparency === "white"
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
    expected: "a whole JPEG, PNG, WebP or GIF file",
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
