/** A file of a repository, and the same during its download: under a separate name, its checksum computed along the way. */

import { giveName, openOwnFile } from "../disk/own_file.ts";
import { fileNotWritten } from "../disk/refusals.ts";
import { OpenedFile } from "../files/opened_file.ts";
import { createHash, type Hash } from "node:crypto";

export interface Checksum {
  /** SHA-256 of the bytes, or git's name of them, which is the SHA-1 of `blob SIZE`, a zero byte, and the bytes. */
  readonly kind: "sha256" | "git";
  /** In lower-case hexadecimal. */
  readonly hex: string;
}

const PIECE = 1 << 20; // bytes

/** Whether a file exists, links followed, and has the right size and checksum. */
export async function isIntact(
  path: string,
  { size, checksum }: { readonly size: number; readonly checksum: Checksum },
): Promise<boolean> {
  try {
    using file = new OpenedFile(path);
    if (file.size !== size) return false;
    const hash = startHash(checksum.kind, size);
    for await (const piece of file.pieces()) hash.update(piece);
    return hash.digest("hex") === checksum.hex;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw fileNotWritten(path, error);
  }
}

/** The checksum of bytes, in lower-case hexadecimal. */
export function checksumOf(bytes: Uint8Array, kind: Checksum["kind"]): string {
  return startHash(kind, bytes.length).update(bytes).digest("hex");
}

/** A file that is not complete yet; the lock of its folder keeps other processes out of it. */
export class PartialFile implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #kind: Checksum["kind"];
  readonly #size: number;
  #hash: Hash;
  #length = 0;

  private constructor(path: string, file: Deno.FsFile, kind: Checksum["kind"], size: number) {
    this.#path = path;
    this.#file = file;
    this.#kind = kind;
    this.#size = size;
    this.#hash = startHash(kind, size);
  }

  /** Opens a partial file, new or left by an earlier download, and reads its content. */
  static async open(
    path: string,
    { size, kind }: { readonly size: number; readonly kind: Checksum["kind"] },
  ): Promise<PartialFile> {
    try {
      const partial = new PartialFile(path, openOwnFile(path).file, kind, size);
      partial.#length = await hashRest(partial.#file, partial.#hash);
      return partial;
    } catch (error) {
      throw fileNotWritten(path, error);
    }
  }

  get length(): number {
    return this.#length;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    for (let written = 0; written < bytes.length;) {
      written += await this.#file.write(bytes.subarray(written)).catch((error: unknown) => {
        throw fileNotWritten(this.#path, error);
      });
    }
    this.#length += bytes.length;
  }

  async restart(): Promise<void> {
    await this.#file.truncate(0);
    await this.#file.seek(0, Deno.SeekMode.Start);
    this.#hash = startHash(this.#kind, this.#size);
    this.#length = 0;
  }

  checksum(): string {
    return this.#hash.copy().digest("hex");
  }

  async moveTo(path: string): Promise<void> {
    await giveName(this.#file, this.#path, path);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function startHash(kind: Checksum["kind"], size: number): Hash {
  return kind === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
}

/** Hashes a file from its current position to its end and counts the bytes. */
async function hashRest(file: Deno.FsFile, hash: Hash): Promise<number> {
  const piece = new Uint8Array(PIECE);
  let length = 0;
  for (let n = await file.read(piece); n !== null; n = await file.read(piece)) {
    hash.update(piece.subarray(0, n));
    length += n;
  }
  return length;
}

export interface RemoteFile {
  /** Its path within the repository, e.g. `onnx/text_model.onnx`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 for large files, git's checksum for others. */
  readonly checksum: Checksum;
}
