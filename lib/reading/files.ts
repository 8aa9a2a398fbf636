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

/** A file or a folder within a folder. */
export function within({ files, path }: FileAt, name: string): FileAt {
  return { files, path: `${path}/${name}` };
}

/** Refuses a file that is too large. */
export function checkSize(size: number, most: number): void {
  if (size <= most) return;
  const [bytes, allowed] = [size, most].map((n) => n.toLocaleString("en"));
  throw new Error(`it has ${bytes} bytes where ${allowed} are allowed`);
}
