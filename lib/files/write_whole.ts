/** Single files changed on the disk: written whole or not at all, grown, removed, marked as used. */

import { dirname, join } from "node:path";
import { createHash } from "node:crypto";
import { codeOf, firstLine, NegscopeError } from "../errors/errors.ts";

/** Whether an error is the system's refusal, and not one of the code that makes what is to be written. */
export function isRefusal(error: unknown): boolean {
  return codeOf(error) !== "" || error instanceof Deno.errors.NotCapable;
}

export function fileNotWritten(path: string, cause: unknown): NegscopeError {
  if (cause instanceof NegscopeError) return cause;
  return new NegscopeError("file-not-written", {
    problem: `Cannot write "${path}"`,
    reason: reasonOf(cause),
    fix: "make room, or choose another folder",
    cause,
  });
}

export function folderNotWritable(path: string, cause: unknown, flag = "--out"): NegscopeError {
  if (cause instanceof NegscopeError) return cause;
  return new NegscopeError("file-not-written", {
    problem: `Cannot write into "${path}"`,
    reason: reasonOf(cause),
    fix: `choose another folder (${flag})`,
    cause,
  });
}

/** The system's own words, without its number and the paths that Deno adds. */
function reasonOf(cause: unknown): string {
  return firstLine(cause).replace(/ \(os error \d+\).*$/, "");
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
