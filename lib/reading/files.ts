/** A way to read files, which the core takes as a value: the disk, or files in memory. */

/** A regular file, open for reading. Its size is known, and no more than that is read. */
export interface OpenFile extends Disposable {
  /** Bytes. */
  readonly size: number;
  /** What it was when it was opened: another stamp means that the file may be another. */
  readonly stamp: string;
  /**
   * Reads a part of the file; only one at a time.
   *
   * @param offset The first byte.
   * @param length The number of bytes.
   * @throws {Error} If the file ends before.
   */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The same as {@linkcode OpenFile.read}, while the thread waits. */
  readSync(offset: number, length: number): Uint8Array<ArrayBuffer>;
  /**
   * Reads the whole file, with a single allocation.
   *
   * @param most The most bytes that it may have.
   * @throws {Error} If it has more, or another size than when it was opened.
   */
  whole(most: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Refuses a file that is too large.
   *
   * @param most The most bytes that it may have.
   * @throws {Error} If it has more.
   */
  checkSize(most: number): void;
}

/** What a path leads to. */
export type PathKind = "file" | "folder" | "other" | "absent";

/**
 * A way to read files by their paths. A file that is not there is an error whose name is `NotFound`, or `NotADirectory` if a file stands
 * where a folder is expected, see {@linkcode isAbsent}.
 */
export interface Files {
  /**
   * Opens a file.
   *
   * @param path The file.
   * @throws {Error} If there is none, it may not be read, or something else than a file is there.
   */
  open(path: string): OpenFile;
  /**
   * What a path leads to.
   *
   * @param path The path.
   * @throws {Error} If that cannot be known, for instance since a folder may not be read.
   */
  kindOf(path: string): Promise<PathKind>;
  /**
   * The names of what is in a folder, in any order.
   *
   * @param folder The folder.
   * @throws {Error} If there is none, or it may not be read.
   */
  namesIn(folder: string): Promise<string[]>;
  /**
   * The stamp of a file, see {@linkcode OpenFile.stamp}.
   *
   * @param path The file.
   * @throws {Error} If there is none, or it may not be read.
   */
  stampOf(path: string): Promise<string>;
  /**
   * The absolute path of a file or a folder, whether or not it exists, without `.` and `..`.
   *
   * @param path Its path.
   */
  resolve(path: string): string;
  /**
   * A file's or a folder's own path, without links.
   *
   * @param path A path that leads to it.
   * @throws {Error} If it leads to nothing.
   */
  realPathSync(path: string): string;
}

/** A file or a folder by its path, and where it is read from. */
export interface FileAt {
  /** The way to read it. */
  readonly files: Files;
  /** Its path. */
  readonly path: string;
}

/** Whether an error of a way to read files says that there is no such file or folder. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && (error.name === "NotFound" || error.name === "NotADirectory");
}

export function within({ files, path }: FileAt, name: string): FileAt {
  return { files, path: `${path}/${name}` };
}

export function checkSize(size: number, most: number): void {
  if (size <= most) return;
  const [bytes, allowed] = [size, most].map((n) => n.toLocaleString("en"));
  throw new Error(`it has ${bytes} bytes where ${allowed} are allowed`);
}

/** The most bytes of a file by what it is: more than any that is right has, and no more than its reader can bear. */
export const MOST_BYTES = {
  rows: 2 ** 29 - 24, // text of rows, tables or results: the most UTF-16 code units of a text in V8
  settings: 50_000_000, // settings or a tokeniser: CLIP's tokenizer.json has 2 to 4 MB
  /** An image: of the most pixels that are decoded, 179 million, an uncompressed one has 537 MB. */
  image: 600_000_000,
  /** A text that people write or read, such as a page, a notebook with its outputs, or a list of nodes. */
  page: 100_000_000,
  own: 20_000_000, // file of the kit or of a package that it uses
} as const;

export async function readBytes(
  { files, path }: FileAt,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  using file = files.open(path);
  return await file.whole(most);
}

/** Reads a text in UTF-8, without the mark that some programs put before it. */
export async function readText(at: FileAt, most: number): Promise<string> {
  return textOf(await readBytes(at, most));
}

/** The text of bytes in UTF-8, without the mark that some programs put before it. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error("it is not text in UTF-8", { cause });
  }
}

export const LFS_POINTER = "a Git LFS pointer, not the file itself";

export const FETCH_LFS = "download the file itself, or run git lfs pull where it was cloned";

export const LFS_HEAD = 24; // bytes at the beginning by which a pointer is known

/** Whether a file is a pointer, by its text or at least the first {@linkcode LFS_HEAD} bytes of it. */
export function isLfsPointer(beginning: string): boolean {
  return beginning.startsWith("version https://git-lfs.");
}

export class MemoryFiles implements Files {
  readonly #files: ReadonlyMap<string, Uint8Array>;

  constructor(files: Iterable<readonly [path: string, bytes: Uint8Array]>) {
    this.#files = new Map([...files].map(([path, bytes]) => [this.resolve(path), bytes]));
  }

  open(path: string): OpenFile {
    const bytes = this.#files.get(this.resolve(path));
    if (bytes !== undefined) return new MemoryFile(bytes);
    if (this.#namesIn(path).length === 0) throw absent(path);
    throw Object.assign(new Error("it is a folder"), { code: "EISDIR" }); // the system's code
  }

  kindOf(path: string): Promise<PathKind> {
    if (this.#files.has(this.resolve(path))) return Promise.resolve("file");
    return Promise.resolve(this.#namesIn(path).length > 0 ? "folder" : "absent");
  }

  namesIn(folder: string): Promise<string[]> {
    const names = this.#namesIn(folder);
    return names.length > 0 ? Promise.resolve(names) : Promise.reject(absent(folder));
  }

  stampOf(path: string): Promise<string> {
    return Promise.try(() => this.open(path).stamp);
  }

  resolve(path: string): string {
    const parts: string[] = [];
    for (const part of path.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }

  realPathSync(path: string): string {
    const real = this.resolve(path);
    if (this.#files.has(real) || this.#namesIn(real).length > 0) return real;
    throw absent(path);
  }

  #namesIn(folder: string): string[] {
    const start = this.resolve(folder).replace(/\/?$/, "/");
    const paths = [...this.#files.keys()].filter((path) => path.startsWith(start));
    return [...new Set(paths.map((path) => path.slice(start.length).split("/", 1)[0]!))];
  }
}

class MemoryFile implements OpenFile {
  readonly size: number;
  readonly stamp: string;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.size = bytes.length;
    this.stamp = `${bytes.length}`;
  }

  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.try(() => this.readSync(offset, length));
  }

  readSync(offset: number, length: number): Uint8Array<ArrayBuffer> {
    if (offset + length > this.size) throw new Error("it is shorter");
    return new Uint8Array(this.#bytes.subarray(offset, offset + length)); // a copy, which its reader may free
  }

  whole(most: number): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.try(() => {
      this.checkSize(most);
      return this.readSync(0, this.size);
    });
  }

  checkSize(most: number): void {
    checkSize(this.size, most);
  }

  [Symbol.dispose](): void {}
}

function absent(path: string): Error {
  return Object.assign(new Error(`there is no "${path}"`), { name: "NotFound" });
}
