/** The door through which the kit reads from the disk: regular files only, since reading a pipe or a device might never end. */

import { checkSize, type OpenFile } from "../reading/files.ts";

const PIECE = 1 << 20; // bytes; reading larger ones is no faster

/** A regular file, open for reading. Its size is known, and no more than that is read. */
export class OpenedFile implements OpenFile {
  readonly size: number;
  readonly stamp: string;
  readonly #file: Deno.FsFile;

  /** Opens a file; links are followed. */
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

  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    await this.#file.seek(offset, Deno.SeekMode.Start);
    await fill(this.#file, bytes);
    return bytes;
  }

  /** The same as {@linkcode OpenedFile.read}, while the thread waits. */
  readSync(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    fillSync(this.#file, bytes);
    return bytes;
  }

  async whole(most: number): Promise<Uint8Array<ArrayBuffer>> {
    this.checkSize(most);
    const bytes = await this.read(0, this.size);
    if (await this.#file.read(new Uint8Array(1)) !== null) throw becameLonger();
    return bytes;
  }

  /** The same as {@linkcode OpenedFile.whole}, while the thread waits. */
  wholeSync(most: number): Uint8Array<ArrayBuffer> {
    this.checkSize(most);
    const bytes = this.readSync(0, this.size);
    if (this.#file.readSync(new Uint8Array(1)) !== null) throw becameLonger();
    return bytes;
  }

  /** Reads the file from its beginning in pieces, by default of 1 MiB, each valid until the next one. */
  async *pieces(length = PIECE): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const piece = new Uint8Array(length);
    await this.#file.seek(0, Deno.SeekMode.Start);
    for (let left = this.size; left > 0;) {
      const part = piece.subarray(0, Math.min(left, length));
      await fill(this.#file, part);
      yield part;
      left -= part.length;
    }
    if (await this.#file.read(piece) !== null) throw becameLonger();
  }

  checkSize(most: number): void {
    checkSize(this.size, most);
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function checkFile({ isFile, isDirectory }: Deno.FileInfo): void {
  if (isFile) return;
  if (isDirectory) throw Object.assign(new Error("it is a folder"), { code: "EISDIR" }); // the system's code
  throw new Error("it is a pipe or a device, not a file");
}

function becameLonger(): Error {
  return new Error("it became longer while it was read");
}

export async function fill(
  file: Pick<Deno.FsFile, "read">,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  for (let filled = 0; filled < bytes.length;) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) throw endsEarly();
    filled += count;
  }
}

/** The same as {@linkcode fill}, while the thread waits. */
export function fillSync(
  file: Pick<Deno.FsFile, "readSync">,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  for (let filled = 0; filled < bytes.length;) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) throw endsEarly();
    filled += count;
  }
}

function endsEarly(): Error {
  return new Error("it became shorter");
}

/** A file's size, its times of change and its place on the disk: another stamp means that the file may be another. */
export function stampOf({ size, mtime, ctime, ino }: Deno.FileInfo): string {
  return `${size} ${mtime?.getTime()} ${ctime?.getTime()} ${ino}`;
}

/** The stamp of a file, see {@linkcode stampOf}. */
export async function fileStamp(path: string): Promise<string> {
  return stampOf(await Deno.stat(path));
}
