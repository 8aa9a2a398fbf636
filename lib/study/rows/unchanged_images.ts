/** The images of a study, as they were when the run began. */

import { firstOfEachImage } from "../../data/pairs.ts";
import { unchangedImage } from "../../data/unchanged_image.ts";
import type { StudyInputs } from "../choice/inputs.ts";

/**
 * What reads the file of an image by its name in the data, and refuses one that has changed.
 *
 * @param checksums The SHA-256 of each image by name. @default {not known}
 * @returns Undefined if there are no images.
 */
export function unchangedImages(
  { images, pairs }: Pick<StudyInputs, "images" | "pairs">,
  checksums?: ReadonlyMap<string, string>,
): ((name: string) => Promise<Uint8Array>) | undefined {
  if (images === undefined) return undefined;
  const firsts = firstOfEachImage(pairs);
  return async (name) =>
    await unchangedImage(name, await images.read(firsts.get(name)!), checksums?.get(name));
}
