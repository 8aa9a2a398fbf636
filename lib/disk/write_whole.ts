/** Writes files that appear complete or not at all. */

import { createHash } from "node:crypto";
import { removeQuietly } from "./own_file.ts";
import { fileNotWritten, isRefusal } from "./refusals.ts";

/** What a file holds: text, written as UTF-8, or bytes; in one piece, or in pieces that are made as they are written. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array>;

/**
 * Writes a file as `PATH.partial` and renames it once its bytes are on the disk; a link of either name is replaced, not followed. Returns
 * the SHA-256 of its bytes, in hexadecimal.
 */
export async function writeWhole(path: string, content: Content): Promise<string> {
  const partial = `${path}.partial`;
  const hash = createHash("sha256");
  const isWhole = typeof content === "string" || content instanceof Uint8Array;
  removeQuietly(partial);
  try {
    using file = await Deno.open(partial, { write: true, createNew: true });
    for (const piece of isWhole ? [content] : content) {
      const bytes = typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
      hash.update(bytes);
      for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
    }
    await file.syncData();
    await Deno.rename(partial, path);
  } catch (cause) {
    removeQuietly(partial);
    throw isRefusal(cause) ? fileNotWritten(path, cause) : cause;
  }
  return hash.digest("hex");
}
