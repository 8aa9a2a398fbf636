/** How image files become pixels: a value, since decoding them takes a library of the machine's, or the browser. */

import type { Releasable } from "../../engine/tower.ts";
import type { Box } from "../../reading/picture.ts";
import type { PreprocessConfig } from "./preprocess_config.ts";

/** An image file. */
export interface ImageFile {
  /** Its content. */
  readonly bytes: Uint8Array;
  /** Its name, for messages. */
  readonly name: string;
  /** The part of it that is looked at, see {@linkcode cropBox}. @default {all of it} */
  readonly box?: Box | undefined;
}

/** Threads that preprocess image files. */
export interface ImageThreads extends Releasable {
  /**
   * Decodes, resizes, crops and normalises an image, see {@linkcode ImageFiles.pixels}.
   *
   * @param file The image.
   */
  pixels(file: ImageFile): Promise<Float32Array<ArrayBuffer>>;
}

/** A way to make the input of an image tower of image files. */
export interface ImageFiles {
  /**
   * Decodes, resizes, crops and normalises an image; of its decoded pixels, {@linkcode imagePixels} makes the rest.
   *
   * @param file The image.
   * @param config The model's preprocessing.
   * @returns [channels, height, width].
   * @throws {NegscopeError} If it is not an image.
   */
  pixels(file: ImageFile, config: PreprocessConfig): Promise<Float32Array<ArrayBuffer>>;
  /**
   * Starts threads for many images, if that is worthwhile; absent where there are none.
   *
   * @param count The number of images.
   * @param how Pixels of an image in the tower's input, the tower's threads, and the model's preprocessing.
   * @throws {NegscopeError} If the program may not start threads.
   */
  readonly startThreads?: (
    count: number,
    how: {
      readonly pixels: number;
      readonly threads: number;
      readonly config: PreprocessConfig;
    },
  ) => ImageThreads | undefined;
}
