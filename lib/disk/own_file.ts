/** Files that grow, are named once they are complete, linked and removed. */

import { dirname, join } from "node:path";
import { fileNotWritten } from "./refusals.ts";

/** Sets a file's time of change to now, so that the least recently used file can be found. */
export async function markUsed(path: string): Promise<void> {
  await Deno.utime(path, new Date(), new Date()).catch(() => {});
}

/** Opens a file to be read and to grow; made if there is none. */
export function openAtEnd(path: string): Deno.FsFile {
  try {
    const file = Deno.openSync(path, { read: true, write: true, create: true });
    file.seekSync(0, Deno.SeekMode.End);
    return file;
  } catch (cause) {
    throw fileNotWritten(path, cause);
  }
}

/** Makes a link in place of what has its name, or a copy of the file where the system refuses links, as Windows does by default. */
export async function replaceLink(path: string, target: string): Promise<void> {
  const fresh = `${path}.incomplete`;
  removeQuietly(fresh);
  await Deno.symlink(target, fresh).catch(() => Deno.copyFile(join(dirname(path), target), fresh));
  await Deno.rename(fresh, path);
}

/** Gives a complete file its final name, once its bytes are on the disk. */
export async function giveName(file: Deno.FsFile, from: string, to: string): Promise<void> {
  try {
    await file.syncData();
    await Deno.rename(from, to);
  } catch (cause) {
    throw fileNotWritten(to, cause);
  }
}

export async function removeFile(path: string): Promise<void> {
  await Deno.remove(path).catch((cause) => {
    if (!(cause instanceof Deno.errors.NotFound)) throw fileNotWritten(path, cause);
  });
}

/** Removes a file if that can be done; if not, it stays. */
export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // whoever writes it next says why it cannot be removed
  }
}
