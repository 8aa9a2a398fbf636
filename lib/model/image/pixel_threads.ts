/** Image files decoded and resized in threads of their own, while the image tower runs in this one. */

import { towerReleased } from "../../errors.ts";
import { Thread } from "../../threads/thread.ts";
import type { PreprocessConfig } from "./preprocess_config.ts";
import type { Releasable } from "../../engine/tower.ts";

/** An image file. */
export interface ImageFile {
  readonly bytes: Uint8Array;
  /** Its name, for messages. */
  readonly name: string;
}

/** Pixels of the tower's input from which a thread repays its start, a quarter of a second: a hundred images of 224 x 224. */
const WORTH_A_THREAD = 5e6;

/** Threads of the tower that one thread of this kind keeps at work: it takes a tenth of the time of one. */
const FED_BY_ONE = 8;

/**
 * How many threads repay their start.
 *
 * @param images The number of images.
 * @param options Pixels of an image in the tower's input, and the tower's threads.
 */
export function pixelThreadCount(
  images: number,
  { pixels, threads }: { readonly pixels: number; readonly threads: number },
): number {
  if (threads === 1 || images * pixels < WORTH_A_THREAD) return 0;
  return Math.ceil(threads / FED_BY_ONE);
}

/** Threads that preprocess image files, in turn. */
export class PixelThreads implements Releasable {
  readonly #threads: readonly Thread<PreprocessConfig, ImageFile, Float32Array<ArrayBuffer>>[];
  #asked = 0;

  /**
   * Starts them.
   *
   * @param count How many.
   * @param config The model's preprocessing.
   * @throws {Error} If the program must not start threads.
   */
  constructor(count: number, config: PreprocessConfig) {
    const module = new URL("./pixel_worker.ts", import.meta.url);
    const released = () => towerReleased("image");
    this.#threads = Array.from(
      { length: count },
      () => new Thread(module, { start: config, released }),
    );
  }

  /**
   * Preprocesses an image as `preprocessImage` does.
   *
   * @param file The image.
   * @returns The image tower's input, [channels, height, width].
   * @throws {SyntaxError} If the bytes are no image.
   * @throws {RangeError} If the image is too large.
   */
  async pixels({ bytes, name }: ImageFile): Promise<Float32Array<ArrayBuffer>> {
    const thread = this.#threads[this.#asked++ % this.#threads.length]!;
    const copy = bytes.slice(); // to hand over: a file is the caller's
    return await thread.ask({ bytes: copy, name }, [copy.buffer]);
  }

  /** Ends them. */
  async release(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.release()));
  }
}
