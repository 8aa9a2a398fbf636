/** Lets one process at a time use a folder. The lock ends with its process, however that ends. */

import { codeOf, NegscopeError } from "../errors.ts";
import { foldersBelow, makeFolder } from "./folders.ts";
import { openOwnFile, removeQuietly } from "./own_file.ts";
import { fileNotWritten, folderNotWritable } from "./refusals.ts";

const NAME = ".lock";

/** Milliseconds to wait for another process. */
const PATIENCE = 10_000;

export interface LockOptions {
  /** Whether to wait up to ten seconds for a process that holds it. @default {false} */
  readonly wait?: boolean;
  /** The flag that names the folder, for messages. @default {"--out"} */
  readonly flag?: string;
  /** A folder above it, below which nothing on the way to it may be a link. @default {the folder itself} */
  readonly within?: string | undefined;
}

export interface FolderLock extends Disposable {
  /** Checks that the path still leads to the folder that was locked. */
  check(): void;
}

/**
 * Creates a folder, checks that it can be written to, and keeps other processes out of it.
 *
 * The lock is the operating system's, on an empty file in the folder. A file left behind by a killed process locks nobody out, except on
 * a file system without locks: there the file itself is the lock, and the message says when it may be removed.
 *
 * @param options Whether to wait for a process that holds it, and the flag that names the folder.
 * @returns The lock. Disposing of it, or the end of the process, releases it and removes its file; the end of a process leaves the file of a
 * lock that another of its threads holds.
 */
export async function lockFolder(
  path: string,
  { wait = false, flag = "--out", within = path }: LockOptions = {},
): Promise<FolderLock> {
  const file = `${path}/${NAME}`;
  const end = performance.now() + (wait ? PATIENCE : 0);
  await makeFolder(path, { flag, within });
  while (true) {
    const { file: handle, isNew } = openLock(path, { file, flag });
    const locked = await lockWithin(handle, end);
    if (locked === "no locks" ? isNew : locked && await stillNamed(handle, file)) {
      return lockOf(handle, { path, file, within });
    }
    handle.close();
    if (locked === true) continue; // its owner removed it after it was opened and before it was locked
    if (performance.now() < end) await pause();
    else throw inUse(path, flag, locked !== "no locks");
  }
}

function inUse(path: string, flag: string, hasLocks: boolean): NegscopeError {
  const writing = "another process is writing into it";
  return new NegscopeError("folder-in-use", {
    problem: `Cannot write into "${path}"`,
    reason: hasLocks ? writing : `${writing}, or was killed; this file system has no locks to tell`,
    fix: hasLocks
      ? `wait until it is done, or choose another folder (${flag})`
      : `delete "${path}/${NAME}" if there is none, or choose another folder (${flag})`,
  });
}

/** Removes the lock file that a killed process left in a folder. In a read-only folder the file stays, and locks nobody out. */
export async function removeLeftLock(path: string): Promise<void> {
  const file = `${path}/${NAME}`;
  if (!await Deno.lstat(file).then(({ isFile }) => isFile, () => false)) return;
  using handle = await Deno.open(file, { read: true, write: true }).catch(() => undefined);
  if (handle === undefined || await lockWithin(handle, 0) !== true) return;
  if (await stillNamed(handle, file)) removeQuietly(file);
}

async function lockWithin(handle: Deno.FsFile, end: number): Promise<boolean | "no locks"> {
  const attempt = () => handle.tryLock(true).catch(() => "no locks" as const); // whatever the system calls it
  let locked = await attempt();
  while (locked === false && performance.now() < end) {
    await pause();
    locked = await attempt();
  }
  return locked;
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
}

function openLock(
  path: string,
  { file, flag }: { readonly file: string; readonly flag: string },
): ReturnType<typeof openOwnFile> {
  try {
    return openOwnFile(file);
  } catch (error) {
    throw codeOf(error) === "EISDIR"
      ? fileNotWritten(file, error)
      : folderNotWritable(path, error, flag);
  }
}

async function stillNamed(handle: Deno.FsFile, file: string): Promise<boolean> {
  try {
    const [held, named] = await Promise.all([handle.stat(), Deno.stat(file)]);
    return held.ino === named.ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function lockOf(
  handle: Deno.FsFile,
  { path, file, within }: { readonly path: string; readonly file: string; readonly within: string },
): FolderLock {
  const locked = placeOf(path, within);
  const remove = () => {
    if (placeOf(path, within) === locked) removeQuietly(file); // still locked, so nobody else can hold it
  };
  globalThis.addEventListener("unload", remove);
  let held = true;
  return {
    check() {
      if (placeOf(path, within) === locked) return;
      throw folderNotWritable(path, new Error("another folder, or a link, has taken its place"));
    },
    [Symbol.dispose]() {
      if (!held) return;
      held = false;
      globalThis.removeEventListener("unload", remove);
      remove();
      handle.close();
    },
  };
}

/** Which folder a path leads to without a link below another folder; undefined if to none. */
function placeOf(path: string, within: string): string | undefined {
  try {
    if (foldersBelow(within, path).some((folder) => Deno.lstatSync(folder).isSymlink)) {
      return undefined;
    }
    const { dev, ino } = Deno.statSync(path);
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}
