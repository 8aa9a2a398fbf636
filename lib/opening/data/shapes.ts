/** The embedded model and data, which every task and notebook uses by default. */

import { fileURLToPath } from "node:url";

/** The path of a part of the embedded default. */
function pathOf(name: string): string {
  return fileURLToPath(new URL(`../../../data/shapes/${name}`, import.meta.url));
}

/**
 * The paths of the embedded mini CLIP, its sentence pairs in VALSE's format, their rendered scenes, and sentences of other forms without
 * images.
 */
export const SHAPES: {
  readonly model: string;
  readonly data: string;
  readonly images: string;
  readonly sentences: string;
} = {
  model: pathOf("model"),
  data: pathOf("existence.json"),
  images: pathOf("images"),
  sentences: pathOf("sentences.txt"),
};
