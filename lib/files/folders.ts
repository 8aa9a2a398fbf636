/** Folders that the kit writes into: made, locked, and free of what is not its own. */

import { dirname, join } from "node:path";
import { NegscopeError } from "../errors/errors.ts";
import { folderNotWritable, removeQuietly } from "./write_whole.ts";

/** Finds the files of some names in a folder, and refuses them all if one is not the command's own; `fix` says what to do about it. */
export async function findReplaced(
  folder: string,
  names: Iterable<string>,
  { isOwn, fix = "move that away, or choose another folder (--out)" }: {
    readonly isOwn: (name: string, info: Deno.FileInfo) => boolean | Promise<boolean>;
    readonly fix?: string;
  },
): Promise<string[]> {
  const [own, others]: [string[], string[]] = [[], []];
  for (const name of new Set(names)) {
    const info = await Deno.lstat(`${folder}/${name}`).catch(() => undefined);
    if (info === undefined) continue;
    if (!info.isDirectory && await isOwn(name, info)) own.push(`${folder}/${name}`);
    else others.push(name);
  }
  if (others.length === 0) return own;
  throw new NegscopeError("folder-taken", {
    problem: `Cannot write into "${folder}"`,
    reason: `it holds what is not known to be the kit's own: ${others.join(", ")}`,
    fix,
  });
}

/** Makes a folder and those above it, as far as they do not exist; `flag` names the folder in messages. */
export async function makeFolder(
  path: string,
  { flag }: { readonly flag?: string } = {},
): Promise<void> {
  await Deno.mkdir(path, { recursive: true }).catch((cause) => {
    throw folderNotWritable(path, cause, flag);
  });
}

/** Refuses a link in place of a folder or a file that the kit names itself: it may lead to what is another's. */
export async function refuseLink(path: string): Promise<void> {
  const { isSymlink } = await Deno.lstat(path).catch(() => ({ isSymlink: false }));
  if (!isSymlink) return;
  throw new NegscopeError("link-in-the-way", {
    problem: `Cannot write "${path}"`,
    reason: "it is a link, and the kit writes only into its own files",
    fix: "remove the link, or choose another folder",
  });
}

/** Refuses links below a folder on the way to a path in it, see {@linkcode refuseLink}. */
export async function refuseLinks(folder: string, path: string): Promise<void> {
  for (let each = path; each.startsWith(join(folder, "/")); each = dirname(each)) {
    await refuseLink(each);
  }
}

/** A new folder among the system's temporary ones; disposing of it removes it with its content. */
export class TemporaryFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await Deno.makeTempDir({ prefix: "negscope_" }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

const PATIENCE = 10_000; // milliseconds to wait for another process

/**
 * Creates a folder and keeps other processes out of it, by the operating system's lock of an empty file in it. On a file system without
 * locks the existence of the file is the lock, and the message says when it may be removed. `options`: whether to wait up to ten seconds for
 * a process that holds it, and the flag that names the folder in messages.
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
