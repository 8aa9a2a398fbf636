/** Names for a file that is already there. */

import { removeQuietly } from "./remove.ts";
import { fileNotWritten } from "./refusals.ts";

/**
 * Makes a link, in place of what has its name.
 *
 * @param path The link; its folder must exist.
 * @param target What it leads to, relative to its folder.
 * @throws {Error} The system's, if it cannot be made.
 */
export async function replaceLink(path: string, target: string): Promise<void> {
  if (await Deno.readLink(path).catch(() => undefined) === target) return;
  const fresh = `${path}.incomplete`;
  removeQuietly(fresh); // left behind by a killed process
  await Deno.symlink(target, fresh);
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
