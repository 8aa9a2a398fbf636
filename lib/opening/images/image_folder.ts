/** Finds and reads image files within one folder, and never outside it; many of them decoded in threads. */

import { isAbsolute, join } from "node:path";
import { DISK, MOST_BYTES, OpenedFile, readBytes } from "../../files/read_file.ts";
import { NegscopeError, readingFailure } from "../../errors/errors.ts";
import { fileOf } from "../../reading/picture.ts";
import type { Pair } from "../../data/pairs.ts";
import type { ImageFile, ImageFiles, ImageThreads } from "../../model/image/image_tower.ts";
import { preprocessImage } from "./decode_image.ts";
import { towerReleased } from "../../engine/run/tower.ts";
import { Thread } from "../../threads/thread.ts";
import type { PreprocessConfig } from "../../model/image/preprocess.ts";

/** What messages call the pair that an image belongs to; undefined if it is called as its image is. */
export function pairOf(id: string, image: string): string | undefined {
  return id === image ? undefined : `pair "${id}"`;
}

/** Finds an image file. A name from a data file cannot lead outside the folder, by `..` or as an absolute path. */
export async function resolveImage(
  folder: string,
  image: string,
  row?: string, // what messages call the row that it belongs to
): Promise<string> {
  const name = fileOf(image);
  const leavesFolder = name.split(/[/\\]/).includes("..") || isAbsolute(name) ||
    /^([a-z]:|[/\\])/i.test(name);
  if (leavesFolder || name.includes("\0")) throw outside(name, folder, row);
  const path = join(folder, name);
  try {
    using file = new OpenedFile(path);
    file.checkSize(MOST_BYTES.image);
    return path;
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw unreadable(name, { folder, row, cause });
    const isThere = await DISK.kindOf(folder) === "folder";
    const what = isThere ? `image ${named(name, row)} in folder` : "images in";
    throw new NegscopeError("image-missing", {
      problem: `Cannot find ${what} "${folder}"`,
      subject: isThere ? name : folder,
      reason: isThere ? "there is no such file" : "there is no such folder",
      ...isThere && { gist: "its image is missing" }, // else no row of the data is at fault
      fix: "check the folder of the images",
      cause,
    });
  }
}

export async function readImage(
  folder: string,
  name: string,
  row?: string,
): Promise<Uint8Array> {
  const path = await resolveImage(folder, name, row);
  try {
    return await readBytes(path, MOST_BYTES.image);
  } catch (cause) {
    throw unreadable(name, { folder, row, cause });
  }
}

function outside(name: string, folder: string, row: string | undefined): NegscopeError {
  return new NegscopeError("image-outside", {
    problem: `Cannot read image ${named(name, row)}`,
    subject: name,
    reason: `it lies outside the image folder "${folder}"`,
    gist: "its image lies outside the folder",
    fix: 'name a file within it, without ".."',
  });
}

function unreadable(
  name: string,
  { folder, row, cause }: Readonly<{ folder: string; row: string | undefined; cause: unknown }>,
): NegscopeError {
  return new NegscopeError("image-missing", {
    problem: `Cannot read image ${named(name, row)} from folder "${folder}"`,
    subject: name,
    reason: readingFailure(cause),
    gist: "its image cannot be read",
    fix: "check the folder of the images",
    cause,
  });
}

function named(name: string, row: string | undefined): string {
  return row === undefined ? `"${name}"` : `"${name}" of ${row}`;
}

/** Makes the function that experiments use to read a pair's image. Returns a function from a pair to its image file's bytes. */
export function imageReader(folder: string): (pair: Pair) => Promise<Uint8Array> {
  return ({ image, id }) => readImage(folder, image, pairOf(id, image));
}

/** The image files of this machine. */
export const SHARP: ImageFiles = {
  pixels: ({ bytes, ...file }, config) => preprocessImage(bytes, config, file),
  startThreads: (count, { config, ...how }) => {
    const threads = pixelThreadCount(count, how);
    return threads === 0 ? undefined : new PixelThreads(threads, config);
  },
};

/** The input pixels from which a thread is worth the quarter of a second that it takes to start: a hundred images of 224 x 224. */
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
