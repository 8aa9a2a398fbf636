/** Checksums of files that several runs of one process read. */

import { sha256File } from "./sha256.ts";
import { fileStamp } from "./stamp.ts";

/** Keeps the SHA-256 of each file as long as its stamp stays the same. */
export class KnownDigests {
  readonly #known = new Map<string, string>();

  /**
   * The SHA-256 of a file, read only if it was not or has changed since.
   *
   * @param path The file.
   * @throws {NegscopeError} If it cannot be read.
   */
  async of(path: string): Promise<string> {
    const stamp = await fileStamp(path).catch(() => undefined); // whose error sha256File tells better
    const key = `${path}\n${stamp}`;
    const known = stamp === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const sha256 = await sha256File(path);
    this.#known.set(key, sha256);
    return sha256;
  }
}
