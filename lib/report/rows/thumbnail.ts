/** Makes images small enough for a page that holds one for each row. */

import { Buffer } from "node:buffer";
import { decodingFailed } from "../../images/decode_image.ts";
import { tiffForm } from "../../images/tiff.ts";

/** A small image in the page. */
export interface Thumbnail {
  /** The picture as the source of an `img`. */
  readonly source: string;
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
}

/**
 * Scales an image down, as WebP; transparent parts become white, and a TIFF file is turned as it asks for, as for the model.
 *
 * @param bytes The image's file.
 * @param options Its name, for messages, the most pixels on either side, and WebP's quality.
 */
export async function makeThumbnail(
  bytes: Uint8Array,
  { name, side, quality }: {
    readonly name: string;
    readonly side: number;
    readonly quality: number;
  },
): Promise<Thumbnail> {
  const { default: sharp } = await import("sharp");
  const image = tiffForm(bytes)?.turned ? sharp(bytes).autoOrient() : sharp(bytes);
  const { data, info: { width, height } } = await image
    .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "white" })
    .webp({ quality })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw decodingFailed(name, error);
    });
  const source = `data:image/webp;base64,${Buffer.from(data).toString("base64")}`;
  return { source, width, height };
}
