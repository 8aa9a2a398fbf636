/** Names for a file that is already there. */

import { dirname, join } from "node:path";
import { removeQuietly } from "./remove.ts";
import { fileNotWritten } from "./refusals.ts";

/**
 * Makes a link to a file, in place of what has its name; or a copy of the file where the system refuses links, as Windows does without
 * its developer mode.
 *
 * @param path The link; its folder must exist.
 * @param target What it leads to, relative to its folder.
 * @throws {Error} The system's, if neither can be made.
 */
export async function replaceLink(path: string, target: string): Promise<void> {
  if (await Deno.readLink(path).catch(() => undefined) === target) return;
  const fresh = `${path}.incomplete`;
  removeQuietly(fresh); // left behind by a killed process
  try {
    await Deno.symlink(target, fresh);
  } catch {
    await Deno.copyFile(join(dirname(path), target), fresh); // which fails too, and says why, where the folder is at fault
  }
  await Deno.rename(fresh, path);
}

/**
 * Gives a complete file its final name, once its bytes are on the disk.
 *
 * @param file The open file.
 * @param from Its present name.
 * @param to Its final name, in the same folder.
 * @throws {NegscopeError} If it cannot be renamed.
 */
export async function giveName(file: Deno.FsFile, from: string, to: string): Promise<void> {
  try {
    await file.syncData();
    Deno.renameSync(from, to);
  } catch (cause) {
    throw fileNotWritten(to, cause);
  }
}
