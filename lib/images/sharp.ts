/** Image files decoded by sharp, many of them in threads. */

import type { ImageFile, ImageFiles, ImageThreads } from "../model/image/image_tower.ts";
import { preprocessImage } from "./decode_image.ts";
import { towerReleased } from "../engine/run/tower.ts";
import { Thread } from "../threads/thread.ts";
import type { PreprocessConfig } from "../model/image/preprocess.ts";

/** The image files of this machine. */
export const SHARP: ImageFiles = {
  pixels: ({ bytes, ...file }, config) => preprocessImage(bytes, config, file),
  startThreads: (count, { config, ...how }) => {
    const threads = pixelThreadCount(count, how);
    return threads === 0 ? undefined : new PixelThreads(threads, config);
  },
};

/**
 * The number of input pixels from which a thread is worth the quarter of a second that it takes to start: a hundred images of 224 x 224.
 */
const WORTH_A_THREAD = 5e6;

/** How many of the tower's threads one such thread can supply: preprocessing takes a tenth of a tower thread's time. */
const FED_BY_ONE = 8;

export function pixelThreadCount(
  images: number,
  { pixels, threads }: { readonly pixels: number; readonly threads: number },
): number {
  if (threads === 1 || images * pixels < WORTH_A_THREAD) return 0;
  return Math.ceil(threads / FED_BY_ONE);
}

export class PixelThreads implements ImageThreads {
  readonly #threads: readonly Thread<PreprocessConfig, ImageFile, Float32Array<ArrayBuffer>>[];
  #asked = 0;

  constructor(count: number, config: PreprocessConfig) {
    const module = new URL("./pixel_worker.ts", import.meta.url);
    const released = () => towerReleased("image");
    this.#threads = Array.from(
      { length: count },
      () => new Thread(module, { start: config, released }),
    );
  }

  /** Preprocesses an image as `preprocessImage` does. Returns the image tower's input, [channels, height, width]. */
  async pixels({ bytes, ...file }: ImageFile): Promise<Float32Array<ArrayBuffer>> {
    const thread = this.#threads[this.#asked++ % this.#threads.length]!;
    const copy = bytes.slice(); // the copy is handed over; the original stays the caller's
    return await thread.ask({ bytes: copy, ...file }, [copy.buffer]);
  }

  async release(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.release()));
  }
}
