/** Writes files that appear complete or not at all, even if the power fails. */

import { createHash } from "node:crypto";
import { codeOf } from "../errors.ts";
import { createAnew, removeQuietly } from "./own_file.ts";
import { fileNotWritten, isRefusal } from "./refusals.ts";

/** What a file holds: text, written as UTF-8, or bytes; in one piece, or in pieces that are made as they are written. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array>;

/**
 * Writes a file as `PATH.partial` and renames it once its bytes are on the disk, so that no reader ever sees a part of it. An existing
 * file is replaced, or kept if the writing fails. A link of either name is replaced; what it leads to is not touched.
 *
 * @param options What is done with the SHA-256 of the bytes before the file gets its name. @default {nothing}
 * @returns The SHA-256 of its bytes, in hexadecimal.
 */
export async function writeWhole(
  path: string,
  content: Content,
  { before }: { readonly before?: (sha256: string) => Promise<void> } = {},
): Promise<string> {
  const partial = `${path}.partial`;
  const drop = () => removeQuietly(partial);
  drop(); // left behind by a killed process, or somebody's link
  globalThis.addEventListener("unload", drop); // the process is asked to end while it writes
  try {
    const sha256 = await writeAnew(partial, content);
    await before?.(sha256);
    Deno.renameSync(partial, path); // at once: no signal can come between the opening of a file and its removal
    return sha256;
  } catch (cause) {
    drop(); // the first failure is the one to report
    const refused = codeOf(cause) === "EEXIST" ? partial : path; // a folder has the partial file's name
    throw isRefusal(cause) ? fileNotWritten(refused, cause) : cause;
  } finally {
    globalThis.removeEventListener("unload", drop);
  }
}

async function writeAnew(path: string, content: Content): Promise<string> {
  const hash = createHash("sha256");
  const encoder = new TextEncoder();
  const isWhole = typeof content === "string" || content instanceof Uint8Array;
  using file = createAnew(path);
  for (const piece of isWhole ? [content] : content) {
    const bytes = typeof piece === "string" ? encoder.encode(piece) : piece;
    hash.update(bytes);
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  }
  await file.syncData();
  return hash.digest("hex");
}
