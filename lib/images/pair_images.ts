/** Finds and reads the images that pairs name. */

import { readImage, resolveImage } from "./image_folder.ts";
import { firstOfEachImage, type Pair } from "../data/pairs.ts";

/**
 * Finds the image of every pair.
 *
 * @param folder The image folder.
 * @param pairs The rows.
 * @returns Paths by image name.
 * @throws {NegscopeError} If an image is missing, or its name leads out of the folder; the message names the pair.
 */
export async function resolveImages(
  folder: string,
  pairs: readonly Pair[],
): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const [image, { id }] of firstOfEachImage(pairs)) {
    paths.set(image, await resolveImage(folder, image, { pair: id }));
  }
  return paths;
}

/**
 * Makes the function that experiments use to read a pair's image.
 *
 * @param folder The image folder.
 * @returns A function from a pair to its image file's bytes.
 */
export function imageReader(folder: string): (pair: Pair) => Promise<Uint8Array> {
  return ({ image, id }) => readImage(folder, image, { pair: id });
}
