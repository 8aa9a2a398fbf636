/** An image small enough to stand in a page once for each row. */

import { decodingFailed } from "../model/image/decode_image.ts";
import { dataUri } from "./pixel_png.ts";

/** An image as the page holds it. */
export interface Thumbnail {
  /** The picture itself, as the source of an `img`. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
}

const SIDE = 96; // pixels
const QUALITY = 75;

/**
 * Makes an image small: at most 96 pixels wide and high, as WebP; what is transparent becomes white, as the model has it.
 *
 * @param bytes The image's file.
 * @param name Its name, for messages.
 * @throws {NegscopeError} If the bytes are not an image.
 */
export async function makeThumbnail(bytes: Uint8Array, name: string): Promise<Thumbnail> {
  const { default: sharp } = await import("sharp");
  const { data, info: { width, height } } = await sharp(bytes)
    .resize({ width: SIDE, height: SIDE, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "white" })
    .webp({ quality: QUALITY })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw decodingFailed(name, error);
    });
  return { source: dataUri("webp", data), width, height };
}
