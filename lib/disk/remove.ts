/** Removes files: always the name itself, never what a link leads to. */

import { fileNotWritten } from "./refusals.ts";

/**
 * Removes a file if there is one.
 *
 * @param path The file.
 * @throws {NegscopeError} If it cannot be removed.
 */
export async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw fileNotWritten(path, cause);
  }
}

/**
 * Removes a file at once if that can be done; if not, it stays.
 *
 * @param path The file.
 */
export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It does not exist, or whoever writes it next reports why it cannot be removed.
  }
}
