/** The embedded model and data, which every task and notebook uses by default. */

import { kitPath } from "../../files/kit_files.ts";

/**
 * The paths of the embedded mini CLIP, its sentence pairs in VALSE's format, their rendered scenes, and sentences of other forms without
 * images; its controlled pairs, and the objects of the scenes that they were made of. What opens a study reads them wherever the kit was imported from; if you read one yourself, see {@linkcode fetchKitFiles}.
 */
export const SHAPES: {
  readonly model: string;
  readonly data: string;
  readonly images: string;
  readonly sentences: string;
  readonly pairs: string;
  readonly objects: string;
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
  get pairs() {
    return kitPath("data/shapes/controlled_pairs.json");
  },
  get objects() {
    return kitPath("data/shapes/objects.csv");
  },
};
