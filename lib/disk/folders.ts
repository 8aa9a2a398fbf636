/** Makes folders, and makes what is in them last. */

import { join, relative, sep } from "node:path";
import { folderNotWritable, linkInTheWay } from "./refusals.ts";

/** How a folder is made. */
export interface FolderOptions {
  /** A folder above it: nothing below this one may be a link, which would lead out of it. @default {the folder itself} */
  readonly within?: string;
  /** The flag that names the folder, for messages. @default {"--out"} */
  readonly flag?: string;
}

/**
 * Makes a folder and those above it, as far as they do not exist.
 *
 * @param path The folder.
 * @param options Below which folder links are refused, and the flag that names it.
 * @throws {NegscopeError} If it cannot be made, or a link is in the way.
 */
export async function makeFolder(
  path: string,
  { within = path, flag }: FolderOptions = {},
): Promise<void> {
  try {
    await Deno.mkdir(within, { recursive: true });
    let folder = within;
    for (const name of relative(within, path).split(sep).filter((name) => name !== "")) {
      folder = join(folder, name);
      if (await isLink(folder)) throw linkInTheWay(folder);
      await Deno.mkdir(folder, { recursive: true });
    }
  } catch (cause) {
    throw folderNotWritable(path, cause, flag);
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isSymlink;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Puts the names in a folder on the disk: after it, a power cut leaves every file that was written whole. Does nothing where a folder
 * cannot be opened, as on Windows.
 *
 * @param path The folder.
 */
export async function settleFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(path);
  await folder.sync();
}
