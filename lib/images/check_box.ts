/** Parts of images that must have a pixel of them. */

import { NegscopeError } from "../errors.ts";
import { type ImageSize, meetsImage } from "../model/image/preprocess.ts";
import type { Box } from "../reading/picture.ts";

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
