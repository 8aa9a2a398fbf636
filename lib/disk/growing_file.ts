/** A file that only grows. */

import { createAnew, removeQuietly } from "./own_file.ts";
import { fileNotWritten } from "./refusals.ts";

export class GrowingFile implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /** Makes a file with some bytes, in place of what has its name; an old file, or a link, is replaced once the new one is on the disk. */
  static create(path: string, start: Uint8Array): GrowingFile {
    const partial = `${path}.partial`;
    removeQuietly(partial);
    try {
      const file = createAnew(partial);
      try {
        writeAll(file, start);
        file.syncDataSync();
        Deno.renameSync(partial, path);
        return new GrowingFile(path, file);
      } catch (cause) {
        file.close();
        removeQuietly(partial);
        throw cause;
      }
    } catch (cause) {
      throw fileNotWritten(path, cause);
    }
  }

  /** Adds bytes. The system has them when it returns, so that they outlive the process. */
  append(bytes: Uint8Array): void {
    try {
      writeAll(this.#file, bytes);
    } catch (cause) {
      throw fileNotWritten(this.#path, cause);
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}
