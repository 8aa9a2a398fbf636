/** A file of a repository, and the checksums of bytes and of files on the disk that tell whether they are its content. */

import { fileNotWritten } from "../disk/write_whole.ts";
import { OpenedFile } from "../files/read_file.ts";
import { createHash, type Hash } from "node:crypto";

export interface RemoteFile {
  /** Its path within the repository, e.g. `onnx/text_model.onnx`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 for large files, git's checksum for others. */
  readonly checksum: Checksum;
}

export interface Checksum {
  /** SHA-256 of the bytes, or git's name of them, which is the SHA-1 of `blob SIZE`, a zero byte, and the bytes. */
  readonly kind: "sha256" | "git";
  /** In lower-case hexadecimal. */
  readonly hex: string;
}

/** The checksum of a file, links followed, in lower-case hexadecimal; undefined if there is none, or one of another size. */
export async function checksumOfFile(
  path: string,
  { size, kind }: { readonly size: number; readonly kind: Checksum["kind"] },
): Promise<string | undefined> {
  try {
    using file = new OpenedFile(path);
    if (file.size !== size) return undefined;
    const hash = startHash(kind, size);
    for await (const piece of file.pieces()) hash.update(piece);
    return hash.digest("hex");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fileNotWritten(path, error);
  }
}

/** The checksum of bytes, in lower-case hexadecimal. */
export function checksumOf(bytes: Uint8Array, kind: Checksum["kind"]): string {
  return startHash(kind, bytes.length).update(bytes).digest("hex");
}

function startHash(kind: Checksum["kind"], size: number): Hash {
  return kind === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
}
