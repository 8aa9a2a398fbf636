/** Image files within one folder, and never outside of it. */

import { isAbsolute, join, sep } from "node:path";
import { imageFolderMissing, imageMissing, imageOutside, imageUnreachable } from "../errors.ts";

/** The pair that an image belongs to, for messages. */
export interface ImageOptions {
  /** The pair's id. */
  readonly pair?: string;
}

/**
 * Finds an image file. A name from a data file cannot lead outside the folder, whether by `..`, as an absolute path or
 * through a symbolic link.
 *
 * @param folder The image folder.
 * @param name The image's name relative to it; subfolders are allowed.
 * @param options The pair that the image belongs to, for messages.
 * @returns The file's path with all links resolved.
 * @throws {Error} If there is no such folder or file.
 * @throws {RangeError} If the name leads out of the folder.
 */
export async function resolveImage(
  folder: string,
  name: string,
  { pair }: ImageOptions = {},
): Promise<string> {
  const leavesFolder = name.split(/[/\\]/).includes("..") || isAbsolute(name) ||
    /^([a-z]:|[/\\])/i.test(name);
  if (leavesFolder || name.includes("\0")) throw imageOutside(name, { folder, pair });
  const root = await Deno.realPath(folder).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) throw imageFolderMissing(folder, error);
    throw imageUnreachable(name, { folder, pair, cause: error });
  });
  try {
    const path = await Deno.realPath(join(root, name));
    if (path.startsWith(root.endsWith(sep) ? root : root + sep)) return path;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw imageMissing(name, { folder, pair });
    throw imageUnreachable(name, { folder, pair, cause: error });
  }
  throw imageOutside(name, { folder, pair });
}

/**
 * Reads an image file.
 *
 * @param folder The image folder.
 * @param name The image's name relative to it.
 * @param options The pair that the image belongs to, for messages.
 * @returns The file's bytes.
 * @throws {Error} If there is no such file, or it cannot be read.
 * @throws {RangeError} If the name leads out of the folder.
 */
export async function readImage(
  folder: string,
  name: string,
  { pair }: ImageOptions = {},
): Promise<Uint8Array> {
  const path = await resolveImage(folder, name, pair === undefined ? {} : { pair });
  try {
    if (!(await Deno.stat(path)).isFile) throw new Error("it is no file"); // reading from a pipe might never end
    return await Deno.readFile(path);
  } catch (error) {
    throw imageUnreachable(name, { folder, pair, cause: error });
  }
}
