/** Files in memory, such as a page has fetched them. */

import { checkSize, type Files, type OpenFile, type PathKind } from "./files.ts";

/** Files by their paths, whose parts a slash separates. */
export class MemoryFiles implements Files {
  readonly #files: ReadonlyMap<string, Uint8Array>;

  /**
   * Takes files.
   *
   * @param files The content of each file by its path, e.g. `model/config.json`; it must not be changed.
   */
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
