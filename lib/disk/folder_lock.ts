/** Lets one process at a time use a folder. The lock ends with its process, however that ends. */

import { NegscopeError } from "../errors.ts";
import { makeFolder } from "./folders.ts";
import { removeQuietly } from "./own_file.ts";
import { folderNotWritable } from "./refusals.ts";

/** Milliseconds to wait for another process. */
const PATIENCE = 10_000;

/**
 * Creates a folder and keeps other processes out of it, by the operating system's lock of an empty file in it. On a file system without
 * locks the existence of the file is the lock, and the message says when it may be removed.
 *
 * @param options Whether to wait up to ten seconds for a process that holds it, and the flag that names the folder in messages.
 */
export async function lockFolder(
  path: string,
  { wait = false, flag = "--out" }: { readonly wait?: boolean; readonly flag?: string } = {},
): Promise<Disposable> {
  await makeFolder(path, { flag });
  const name = `${path}/.lock`;
  let hasLocks = true;
  for (const end = performance.now() + (wait ? PATIENCE : 0);;) {
    const { file, isNew } = openLock(path, { name, flag });
    const locked = await file.tryLock(true).catch(() => undefined); // whatever such a system calls it
    hasLocks = locked !== undefined;
    if (locked === undefined ? isNew : locked && await isStillNamed(file, name)) {
      const held = new DisposableStack();
      held.use(file);
      held.defer(() => removeQuietly(name)); // first, while it is locked
      return held;
    }
    file.close();
    if (locked === true) continue; // its owner removed it after it was opened here
    if (performance.now() >= end) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const writing = "another process is writing into it";
  throw new NegscopeError("folder-in-use", {
    problem: `Cannot write into "${path}"`,
    reason: hasLocks ? writing : `${writing}, or was killed; this file system has no locks to tell`,
    fix: `${
      hasLocks ? "wait until it is done" : `delete "${name}" if there is none`
    }, or choose another folder (${flag})`,
  });
}

function openLock(
  path: string,
  { name, flag }: { readonly name: string; readonly flag: string },
): { readonly file: Deno.FsFile; readonly isNew: boolean } {
  for (const createNew of [true, false]) {
    try {
      const file = Deno.openSync(name, { write: true, create: true, createNew });
      return { file, isNew: createNew };
    } catch (cause) {
      const isThere = createNew && cause instanceof Deno.errors.AlreadyExists;
      if (!isThere) throw folderNotWritable(path, cause, flag);
    }
  }
  throw new Error("one of both opens it or throws");
}

async function isStillNamed(file: Deno.FsFile, name: string): Promise<boolean> {
  return await Deno.stat(name).then(({ ino }) => ino === file.statSync().ino, () => false);
}
