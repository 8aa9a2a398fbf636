/** Opens files to write into in place. Only the file itself is opened, never what a link leads to. */

import { linkInTheWay } from "./refusals.ts";

/**
 * Opens a file for reading and writing; makes it if there is none.
 *
 * @param path The file.
 * @returns The file, and whether it was made.
 * @throws {NegscopeError} If a link has its name, or the file has another name beside it (a hard link).
 * @throws {Error} The system's, if it cannot be opened.
 */
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

/**
 * Makes a file that did not exist. A link of its name counts as a file, whether or not it leads anywhere.
 *
 * @param path The file.
 * @param mode Who may do what with it, as far as the process's mask allows. @default {the system's}
 * @throws {Deno.errors.AlreadyExists} If something has its name.
 */
export function createAnew(path: string, mode?: number): Deno.FsFile {
  const asked = mode === undefined ? {} : { mode };
  return Deno.openSync(path, { createNew: true, read: true, write: true, ...asked });
}

/**
 * Sets a file's time of change to now, so that the least recently used file can be found. Does nothing to a link, or where that is not
 * permitted.
 *
 * @param path The file.
 */
export async function markUsed(path: string): Promise<void> {
  const isLink = await Deno.lstat(path).then(({ isSymlink }) => isSymlink, () => true);
  if (!isLink) await Deno.utime(path, new Date(), new Date()).catch(() => {});
}

/** A value, or undefined if this error is thrown. */
function unless<Value>(error: new () => Error, work: () => Value): Value | undefined {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof error) return undefined;
    throw thrown;
  }
}
