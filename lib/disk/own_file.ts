/** Files of the kit: opened to be written in place, named once complete, linked and removed; never what a link leads to. */

import { fileNotWritten, linkInTheWay } from "./refusals.ts";
import { dirname, join } from "node:path";

/** Opens a file to be read and written, made if there is none. Refuses a link, and a file with another name beside it (a hard link). */
export function openOwnFile(path: string): { readonly file: Deno.FsFile; readonly isNew: boolean } {
  for (;;) {
    const made = unless(Deno.errors.AlreadyExists, () => createAnew(path));
    if (made !== undefined) return { file: made, isNew: true };
    const file = unless(Deno.errors.NotFound, () => {
      const named = Deno.lstatSync(path);
      if (named.isSymlink) throw linkInTheWay(path);
      if (!named.isFile && !named.isDirectory) {
        throw new Error("it is a pipe or a device, not a file"); // reading it might never end
      }
      const file = Deno.openSync(path, { read: true, write: true });
      const { ino, dev, nlink } = file.statSync();
      if (ino === named.ino && dev === named.dev && (nlink ?? 1) <= 1) return file;
      file.close();
      if ((nlink ?? 1) > 1) throw linkInTheWay(path);
      return undefined; // a link, or another file, took its place in between
    });
    if (file !== undefined) return { file, isNew: false }; // otherwise it was removed or exchanged in between
  }
}

/** Makes a file that did not exist, not even as a link that leads nowhere; `mode` says who may do what with it. */
export function createAnew(path: string, mode?: number): Deno.FsFile {
  const options = mode === undefined ? {} : { mode };
  return Deno.openSync(path, { createNew: true, read: true, write: true, ...options });
}

/** Sets a file's time of change to now, so that the least recently used file can be found. Does nothing to a link, or where that is not permitted. */
export async function markUsed(path: string): Promise<void> {
  const isLink = await Deno.lstat(path).then(({ isSymlink }) => isSymlink, () => true);
  if (!isLink) await Deno.utime(path, new Date(), new Date()).catch(() => {});
}

function unless<Value>(error: new () => Error, work: () => Value): Value | undefined {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof error) return undefined;
    throw thrown;
  }
}

/** Makes a link in place of what has its name, or a copy of the file where the system refuses links, as Windows does by default. */
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

/** Gives a complete file its final name, once its bytes are on the disk. */
export async function giveName(file: Deno.FsFile, from: string, to: string): Promise<void> {
  try {
    await file.syncData();
    Deno.renameSync(from, to);
  } catch (cause) {
    throw fileNotWritten(to, cause);
  }
}

export async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw fileNotWritten(path, cause);
  }
}

/** Removes a file at once if that can be done; if not, it stays. */
export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It does not exist, or whoever writes it next reports why it cannot be removed.
  }
}
