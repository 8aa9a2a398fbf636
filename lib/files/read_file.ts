/** The disk as a way to read: regular files only, since reading a pipe or a device might never end, and each with a limit; and their checksums. */

import { dirname, join, relative, resolve, sep } from "node:path";
import { createHash } from "node:crypto";
import {
  checkSize,
  type FileAt,
  type Files,
  isAbsent,
  type OpenFile,
  textOf,
} from "../reading/files.ts";
import { NegscopeError, unreadableFile } from "../errors/errors.ts";
import type { FileDigest } from "../reading/path.ts";
import { sha256Text } from "../reading/sha256.ts";

export { MOST_BYTES, textOf } from "../reading/files.ts";

const PIECE = 1 << 20; // bytes; reading larger ones is no faster

/** A regular file, open for reading. Its size is known, and no more than that is read. */
export class OpenedFile implements OpenFile {
  readonly size: number;
  readonly stamp: string;
  readonly #file: Deno.FsFile;

  constructor(path: string | URL) {
    checkFile(Deno.statSync(path)); // before opening: a pipe would block
    this.#file = Deno.openSync(path);
    try {
      const info = this.#file.statSync(); // what the path names may be another file by now
      checkFile(info);
      this.size = info.size;
      this.stamp = stampOf(info);
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.try(() => this.readSync(offset, length));
  }

  readSync(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    for (let filled = 0; filled < length;) {
      const count = this.#file.readSync(bytes.subarray(filled));
      if (count === null) throw changed();
      filled += count;
    }
    return bytes;
  }

  whole(most: number): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.try(() => this.wholeSync(most));
  }

  wholeSync(most: number): Uint8Array<ArrayBuffer> {
    this.checkSize(most);
    const bytes = this.readSync(0, this.size);
    if (this.#file.readSync(new Uint8Array(1)) !== null) throw changed();
    return bytes;
  }

  /** Reads the file from its beginning in pieces of at most 1 MiB, each valid until the next one. */
  async *pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const piece = new Uint8Array(PIECE);
    await this.#file.seek(0, Deno.SeekMode.Start);
    let size = 0;
    for (let count; (count = await this.#file.read(piece)) !== null; size += count) {
      yield piece.subarray(0, count);
    }
    if (size !== this.size) throw changed();
  }

  checkSize(most: number): void {
    checkSize(this.size, most);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function checkFile({ isFile, isDirectory }: Deno.FileInfo): void {
  if (isFile) return;
  if (isDirectory) throw Object.assign(new Error("it is a folder"), { code: "EISDIR" }); // the system's code
  throw new Error("it is a pipe or a device, not a file");
}

function changed(): Error {
  return new Error("it became longer or shorter while it was read");
}

/** A file's size, its times of change and its place on the disk: another stamp means that the file may be another. */
export function stampOf({ size, mtime, ctime, ino }: Deno.FileInfo): string {
  return `${size} ${mtime?.getTime()} ${ctime?.getTime()} ${ino}`;
}

export async function fileStamp(path: string): Promise<string> {
  return stampOf(await Deno.stat(path));
}

const LINE_FEED = "\n".charCodeAt(0); // only here: JSON leaves other line breaks of Unicode as they are

/** The lines of a file as bytes, each with its line feed; what follows the last line feed is left out. */
export async function* linesOf(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  using file = new OpenedFile(path);
  let rest = new Uint8Array();
  for await (const piece of file.pieces()) {
    const bytes = new Uint8Array(rest.length + piece.length);
    bytes.set(rest);
    bytes.set(piece, rest.length);
    let from = 0;
    for (let at = rest.length; (at = bytes.indexOf(LINE_FEED, at)) >= 0; at++) {
      yield bytes.subarray(from, from = at + 1);
    }
    rest = bytes.slice(from);
  }
}

/** The files of this machine; links are followed. */
export const DISK: Files = {
  open: (path) => new OpenedFile(path),
  kindOf: async (path) => {
    try {
      const { isFile, isDirectory } = await Deno.stat(path);
      return isFile ? "file" : isDirectory ? "folder" : "other";
    } catch (error) {
      if (isAbsent(error)) return "absent";
      throw error;
    }
  },
  namesIn: (folder) => Array.fromAsync(Deno.readDir(folder), ({ name }) => name),
  stampOf: fileStamp,
  resolve: (path) => resolve(path),
  realPathSync: (path) => Deno.realPathSync(path),
};

/**
 * A file or a folder of this machine.
 *
 * @param path Its path.
 */
export function onDisk(path: string): FileAt {
  return { files: DISK, path };
}

/** Whether a path is that of a file; links are followed. */
export async function isFile(path: string): Promise<boolean> {
  return await DISK.kindOf(path) === "file";
}

export async function readBytes(
  path: string | URL,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  using file = new OpenedFile(path);
  return await file.whole(most);
}

/** Reads a text in UTF-8, without the mark that some programs put before it. */
export async function readText(path: string | URL, most: number): Promise<string> {
  return textOf(await readBytes(path, most));
}

export function readTextSync(path: string | URL, most: number): string {
  using file = new OpenedFile(path);
  return textOf(file.wholeSync(most));
}

/** Whether two paths lead to one folder or file, also through links; of those that do not exist, the part that exists is resolved. */
export async function isSamePath(one: string, other: string): Promise<boolean> {
  return await truePath(one) === await truePath(other);
}

/** Whether a folder is another one or lies in it, also through links. */
export async function isWithin(path: string, folder: string): Promise<boolean> {
  const [inner, outer] = [await truePath(path), await truePath(folder)];
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

async function truePath(path: string): Promise<string> {
  const whole = resolve(path);
  for (let there = whole;; there = dirname(there)) {
    const real = await Deno.realPath(there).catch(() => undefined);
    if (real !== undefined) return join(real, relative(there, whole));
    if (there === dirname(there)) return whole;
  }
}

/** The most bytes that are read for a checksum: more than any weights or tables have, and an end to a file that is mostly a hole. */
const MOST_HASHED = 2 ** 38;

/** The SHA-256 of a file's bytes, read in pieces: memory stays at 1 MiB whatever the file's size. */
export async function sha256File(path: string): Promise<string> {
  try {
    using file = new OpenedFile(path);
    file.checkSize(MOST_HASHED);
    const hash = createHash("sha256");
    for await (const piece of file.pieces()) hash.update(piece);
    return hash.digest("hex");
  } catch (cause) {
    throw unreadableFile({ doing: "read", path, cause, fix: "check that file" });
  }
}

/** The SHA-256 of a file's bytes. Returns 64 hexadecimal digits in lower case; undefined if there is no such file. */
export async function sha256IfFile(path: string): Promise<string | undefined> {
  const { isFile } = await Deno.stat(path).catch(() => ({ isFile: false }));
  return isFile ? await sha256File(path) : undefined;
}

/** The SHA-256 of each of many files by name; by default each file is read. */
export async function sha256Each(
  files: ReadonlyMap<string, string>,
  digest: (path: string) => Promise<string> = sha256File,
): Promise<Map<string, string>> {
  const checksums = new Map<string, string>();
  for (const [name, path] of files) checksums.set(name, await digest(path));
  return checksums;
}

/** One checksum for many files: the SHA-256 of the lines `SHA-256 of a file, two spaces, its name`, in the order of the names. */
export function sha256Together(checksums: ReadonlyMap<string, string>): string {
  const names = [...checksums.keys()].sort();
  return sha256Text(
    names.map((name) => {
      const onOneLine = /[\n\\]/.test(name) ? JSON.stringify(name) : name; // so that no name looks like two lines
      return `${checksums.get(name)}  ${onOneLine}\n`;
    }).join(""),
  );
}

/** A file with its checksum; its name is relative to the folder, by default its own. */
export async function digestFile(
  path: string,
  folder?: string,
  digest: (path: string) => Promise<string> = sha256File,
): Promise<FileDigest> {
  const file = folder !== undefined && path.startsWith(`${folder}/`)
    ? path.slice(folder.length + 1)
    : path.replace(/^.*[/\\]/, "");
  return { file, sha256: await digest(path) };
}

interface KnownDigest {
  readonly stamp: string;
  readonly sha256: string;
}

/** Keeps the SHA-256 of each file as long as its stamp stays the same. */
export class KnownDigests {
  readonly known: Map<string, KnownDigest>; // by path. They can be sent to another thread
  readonly #mayChange: boolean;

  /** Begins with what is known. `options`: whether a known file may change; if not, one that has changed is refused. @default {it may} */
  constructor(
    known: ReadonlyMap<string, KnownDigest> = new Map(),
    { mayChange = true }: { readonly mayChange?: boolean } = {},
  ) {
    this.known = new Map(known);
    this.#mayChange = mayChange;
  }

  /** The SHA-256 of a file, read only if it was not or has changed since. */
  async of(path: string): Promise<string> {
    const stamp = await fileStamp(path).catch(() => undefined); // whose error sha256File tells better
    const known = this.known.get(path);
    if (known !== undefined && known.stamp === stamp) return known.sha256;
    if (known !== undefined && !this.#mayChange) throw fileChanged(path);
    const sha256 = await sha256File(path);
    if (stamp !== undefined) this.known.set(path, { stamp, sha256 });
    return sha256;
  }
}

export function fileChanged(path: string): NegscopeError {
  return new NegscopeError("file-changed", {
    problem: `Cannot use "${path}"`,
    reason: "it has changed since the run began",
    fix: "run the same command again",
  });
}

/** A number of bytes in the unit that suits it, 1 MB being 10^6 bytes: `316 bytes`, `4.19 kB`, `605 MB`, `1.71 GB`. */
export function sizeText(bytes: number): string {
  const units = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]] as const;
  for (const [unit, name] of units) {
    // 999.6 kB would be printed as 1000 kB
    if (bytes >= 0.9995 * unit && bytes >= 1000) return `${threeDigits(bytes / unit)} ${name}`;
  }
  return bytes === 1 ? "1 byte" : `${bytes} bytes`;
}

function threeDigits(value: number): string {
  return value < 9.995 ? value.toFixed(2).replace(/0$/, "") : value.toFixed(value < 99.95 ? 1 : 0);
}
