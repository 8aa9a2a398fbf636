/** The disk as a way to read: regular files only, since reading a pipe or a device might never end, and each with a limit. */

import {
  checkSize,
  type FileAt,
  type Files,
  isAbsent,
  type OpenFile,
  textOf,
} from "../reading/files.ts";
import { dirname, join, relative, resolve, sep } from "node:path";

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
