/** The embedded model and data, which every task and notebook uses by default. */

import { kitPath } from "../../files/kit_files.ts";

/**
 * The paths of the embedded mini CLIP, its sentence pairs in VALSE's format, their rendered scenes, and sentences of other forms without
 * images. What opens a study reads them wherever the kit was imported from; if you read one yourself, see {@linkcode fetchKitFiles}.
 */
export const SHAPES: {
  readonly model: string;
  readonly data: string;
  readonly images: string;
  readonly sentences: string;
} = {
  get model() {
    return kitPath("data/shapes/model");
  },
  get data() {
    return kitPath("data/shapes/existence.json");
  },
  get images() {
    return kitPath("data/shapes/images");
  },
  get sentences() {
    return kitPath("data/shapes/sentences.txt");
  },
};
