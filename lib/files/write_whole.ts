/** Writes files that appear complete or not at all. */

import { fileNotWritten } from "./writing_errors.ts";

/** What a file holds: text, written as UTF-8, or bytes; in one piece, or in pieces that are made as they are written. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array>;

/**
 * Writes a file as `PATH.partial` and renames it when it is complete, so that no reader ever sees a part of it. An existing file
 * is replaced, or kept if the writing fails.
 *
 * @param path The file; its folder must exist.
 * @param content Its content; pieces are asked for one after the other.
 * @throws {NegscopeError} If the file cannot be written; the message says why and what to do.
 */
export async function writeWhole(path: string, content: Content): Promise<void> {
  const partial = `${path}.partial`;
  const drop = () => {
    try {
      Deno.removeSync(partial);
    } catch {
      // It may not have been made yet.
    }
  };
  globalThis.addEventListener("unload", drop); // the process is asked to end while it writes
  try {
    using file = Deno.openSync(partial, { write: true, create: true, truncate: true });
    const isWhole = typeof content === "string" || content instanceof Uint8Array;
    for (const piece of isWhole ? [content] : content) {
      const bytes = typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
      for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
    }
    await Deno.rename(partial, path);
  } catch (cause) {
    drop(); // the first failure is the one to report
    throw fileNotWritten(path, cause);
  } finally {
    globalThis.removeEventListener("unload", drop);
  }
}
