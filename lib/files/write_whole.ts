/** Writes files that appear complete or not at all. */

import { fileNotWritten } from "./writing_errors.ts";

/**
 * Writes a file as `PATH.partial` and renames it when it is complete, so that no reader ever sees a part of it. An existing file
 * is replaced, or kept if the writing fails.
 *
 * @param path The file; its folder must exist.
 * @param content Text, written as UTF-8, or bytes.
 * @throws {NegscopeError} If the file cannot be written; the message says why and what to do.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
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
    if (typeof content === "string") await Deno.writeTextFile(partial, content);
    else await Deno.writeFile(partial, content);
    await Deno.rename(partial, path);
  } catch (cause) {
    drop(); // the first failure is the one to report
    throw fileNotWritten(path, cause);
  } finally {
    globalThis.removeEventListener("unload", drop);
  }
}
