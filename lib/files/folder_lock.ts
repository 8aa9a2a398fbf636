/** Lets one process at a time use a folder. The lock ends with its process, however that ends. */

import { NegscopeError } from "../errors.ts";
import { folderNotWritable } from "./writing_errors.ts";

const NAME = ".lock";

/** Milliseconds to wait for another process. */
const PATIENCE = 10_000;

/**
 * Creates a folder, checks that it can be written to, and keeps other processes out of it.
 *
 * The lock is the operating system's, on an empty file in the folder. A file left behind by a killed process locks nobody out.
 *
 * @param path The folder.
 * @param options Whether to wait up to ten seconds for a process that holds it, and the flag that chooses the folder, for messages.
 * @returns The lock. Disposing of it, or the end of the process, releases it and removes its file.
 * @throws {NegscopeError} If the folder cannot be created or written to, or another process holds it.
 */
export async function lockFolder(
  path: string,
  { wait = false, flag = "--out" }: { readonly wait?: boolean; readonly flag?: string } = {},
): Promise<Disposable> {
  const file = `${path}/${NAME}`;
  while (true) {
    const handle = await openLock(path, { file, flag });
    if (!await lockWithin(handle, wait ? PATIENCE : 0)) {
      handle.close();
      throw new NegscopeError("folder-in-use", {
        problem: `Cannot write into "${path}"`,
        subject: path,
        reason: "another run is writing into it",
        fix: `wait until it is done, or choose another folder (${flag})`,
      });
    }
    if (await stillNamed(handle, file)) return lockOf(handle, file);
    handle.close(); // its owner removed it after it was opened and before it was locked
  }
}

/**
 * Removes the lock file that a killed process left in a folder. In a read-only folder the file stays, and locks nobody out.
 *
 * @param path The folder.
 */
export async function removeLeftLock(path: string): Promise<void> {
  const file = `${path}/${NAME}`;
  using handle = await Deno.open(file, { read: true, write: true }).catch(() => undefined);
  if (handle === undefined || !await handle.tryLock(true)) return;
  if (await stillNamed(handle, file)) removeFile(file);
}

async function lockWithin(handle: Deno.FsFile, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!await handle.tryLock(true)) {
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

async function openLock(
  path: string,
  { file, flag }: { readonly file: string; readonly flag: string },
): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(path, { recursive: true });
    return await Deno.open(file, { read: true, write: true, create: true });
  } catch (error) {
    throw folderNotWritable(path, error, flag);
  }
}

async function stillNamed(handle: Deno.FsFile, file: string): Promise<boolean> {
  try {
    const [own, named] = await Promise.all([handle.stat(), Deno.stat(file)]);
    return own.ino === named.ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function lockOf(handle: Deno.FsFile, file: string): Disposable {
  const remove = () => removeFile(file);
  globalThis.addEventListener("unload", remove);
  let held = true;
  return {
    [Symbol.dispose]() {
      if (!held) return;
      held = false;
      globalThis.removeEventListener("unload", remove);
      remove();
      handle.close();
    },
  };
}

function removeFile(file: string): void {
  try {
    Deno.removeSync(file); // still locked, so nobody else can hold it
  } catch {
    // The empty file stays, and locks nobody out.
  }
}
