/** Files and folders changed on the disk: written whole or not at all, grown, removed; made, locked, and free of what is not the kit's own. */

import { dirname, join } from "node:path";
import { createHash } from "node:crypto";
import { codeOf, firstLine, NegscopeError } from "../errors/errors.ts";

/** Whether an error is the system's refusal, and not one of the code that makes what is to be written. */
export function isRefusal(error: unknown): boolean {
  return codeOf(error) !== "" || error instanceof Deno.errors.NotCapable;
}

/** The error for a file, or, with advice about another `folder`, for one to write into. */
export function fileNotWritten(path: string, cause: unknown, folder?: string): NegscopeError {
  if (cause instanceof NegscopeError) return cause;
  return new NegscopeError("file-not-written", {
    problem: `Cannot write${folder === undefined ? "" : " into"} "${path}"`,
    subject: path,
    reason: firstLine(cause).replace(/ \(os error \d+\).*$/, ""), // without the system's number and the paths that Deno adds
    fix: folder ?? "make room, or choose another folder",
    cause,
  });
}

/** Sets a file's time of change to now, so that the least recently used file can be found. */
export async function markUsed(path: string): Promise<void> {
  await Deno.utime(path, new Date(), new Date()).catch(() => {});
}

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
  try {
    await Deno.symlink(target, fresh)
      .catch(() => Deno.copyFile(join(dirname(path), target), fresh));
    await Deno.rename(fresh, path);
  } catch (cause) {
    throw fileNotWritten(path, cause);
  }
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

export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // whoever writes it next says why it cannot be removed
  }
}

/** What a file holds: text, written as UTF-8, or bytes; in one piece, or in pieces that are made as they are written. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array>;

/** Writes a file as `PATH.partial` and renames it once its bytes are on the disk; a link is replaced, not followed. Returns the SHA-256. */
export async function writeWhole(path: string, content: Content): Promise<string> {
  const partial = `${path}.partial`;
  const hash = createHash("sha256");
  const isWhole = typeof content === "string" || content instanceof Uint8Array;
  removeQuietly(partial);
  try {
    using file = await Deno.open(partial, { write: true, createNew: true });
    for (const piece of isWhole ? [content] : content) {
      const bytes = typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
      hash.update(bytes);
      for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
    }
    await file.syncData();
    await Deno.rename(partial, path);
  } catch (cause) {
    removeQuietly(partial);
    throw isRefusal(cause) ? fileNotWritten(path, cause) : cause;
  }
  return hash.digest("hex");
}

/** Finds the files of some names in a folder, and refuses them all if one is not the command's own; `fix` says what to do about it. */
export async function findReplaced(
  folder: string,
  names: Iterable<string>,
  { isOwn, fix = "move that away, or choose another folder" }: {
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

/** What to do about a folder that cannot be written; a task adds its flag, unless another is named. */
const another = (flag?: string) => `choose another folder${flag === undefined ? "" : ` (${flag})`}`;

/** Makes a folder and those above it, as far as they do not exist; `flag` names the folder in messages. */
export async function makeFolder(path: string, flag?: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true }).catch((cause) => {
    throw fileNotWritten(path, cause, another(flag));
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
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "negscope_" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const PATIENCE = 10_000; // milliseconds to wait for another process

/**
 * Creates a folder and keeps other processes out of it, by the operating system's lock of an empty file in it. On a file system without
 * locks the existence of the file is the lock, and the message says when it may be removed. `options`: whether to wait up to ten seconds for
 * a process that holds it, and the flag that names the folder in messages.
 */
export async function lockFolder(
  path: string,
  { wait = false, flag }: { readonly wait?: boolean; readonly flag?: string } = {},
): Promise<Disposable> {
  await makeFolder(path, flag);
  const name = `${path}/.lock`;
  let hasLocks = true;
  for (const end = performance.now() + (wait ? PATIENCE : 0);;) {
    const { file, isNew } = openLock(path, name, flag);
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
    fix: `${hasLocks ? "wait until it is done" : `delete "${name}" if there is none`}, or ${
      another(flag)
    }`,
  });
}

function openLock(path: string, name: string, flag?: string) {
  for (const createNew of [true, false]) {
    try {
      const file = Deno.openSync(name, { write: true, create: true, createNew });
      return { file, isNew: createNew };
    } catch (cause) {
      const isThere = createNew && cause instanceof Deno.errors.AlreadyExists;
      if (!isThere) throw fileNotWritten(path, cause, another(flag));
    }
  }
  throw new Error("one of both opens it or throws");
}

async function isStillNamed(file: Deno.FsFile, name: string): Promise<boolean> {
  return await Deno.stat(name).then(({ ino }) => ino === file.statSync().ino, () => false);
}
