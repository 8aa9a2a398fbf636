/** A part of an image, as `Image.crop` of Pillow cuts it out. */

import type { Box } from "../../reading/picture.ts";
import type { RgbImage } from "./resize.ts";

/** The edges of a box, each rounded to a whole number, halves to the even one: `int(round(edge))` of Python. */
function boxEdges([x, y, width, height]: Box): {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
} {
  const [left, top, right, bottom] = [x, y, x + width, y + height].map(halfToEven);
  return { left: left!, top: top!, right: right!, bottom: bottom! };
}

export function meetsImage(
  box: Box,
  { width, height }: Pick<RgbImage, "width" | "height">,
): boolean {
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
export function halfToEven(edge: number): number {
  const down = Math.floor(edge);
  const rest = edge - down;
  return rest < 0.5 || rest === 0.5 && down % 2 === 0 ? down : down + 1;
}
