/** Image files decoded by the browser. Of opaque PNG files without a colour profile, its pixels are those of sharp, which the test checks. */

import type { ImageFiles } from "../../../lib/model/image/image_files.ts";
import { imagePixels } from "../../../lib/model/image/preprocess.ts";
import { sha256Bytes } from "../../../lib/reading/sha256.ts";

/** What is used of a canvas; Deno's types have none of two dimensions. */
interface Canvas {
  drawImage(image: ImageBitmap, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8Array };
}

/**
 * The image files of a page.
 *
 * @param made Called with the SHA-256 of the image tower's input that an image became.
 */
export function canvasImages(made: (name: string, sha256: string) => void): ImageFiles {
  return {
    async pixels({ bytes, name }, config) {
      const bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]), {
        ...{ colorSpaceConversion: "none", premultiplyAlpha: "none" },
      });
      const { width, height } = bitmap;
      const canvas = new OffscreenCanvas(width, height).getContext("2d") as unknown as Canvas;
      canvas.drawImage(bitmap, 0, 0);
      const rgba = canvas.getImageData(0, 0, width, height).data;
      const data = new Uint8Array(width * height * 3);
      for (let from = 0, to = 0; to < data.length; from += 4) {
        data.set(rgba.subarray(from, from + 3), to);
        to += 3;
      }
      const pixels = imagePixels({ width, height, data }, config);
      made(name, await sha256Bytes(new Uint8Array(pixels.buffer)));
      return pixels;
    },
  };
}
