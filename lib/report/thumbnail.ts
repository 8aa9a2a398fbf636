/** Makes images small enough for a page that holds one for each row. */

import { decodingFailed } from "../model/image/decode_image.ts";
import { tiffForm } from "../model/image/tiff.ts";
import { dataUri } from "./pixel_png.ts";

/** A small image in the page. */
export interface Thumbnail {
  /** The picture as the source of an `img`. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
}

const SIDE = 96; // pixels
const QUALITY = 75;

/**
 * Scales an image down to at most 96 pixels wide and high, as WebP; transparent parts become white, and
 * a TIFF file is turned as it asks for, as for the model.
 *
 * @param bytes The image's file.
 * @param name Its name, for messages.
 * @throws {NegscopeError} If the bytes are not an image.
 */
export async function makeThumbnail(bytes: Uint8Array, name: string): Promise<Thumbnail> {
  const { default: sharp } = await import("sharp");
  const image = tiffForm(bytes)?.turned ? sharp(bytes).autoOrient() : sharp(bytes);
  const { data, info: { width, height } } = await image
    .resize({ width: SIDE, height: SIDE, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "white" })
    .webp({ quality: QUALITY })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw decodingFailed(name, error);
    });
  return { source: dataUri("webp", data), width, height };
}
