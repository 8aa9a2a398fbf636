/** Reading a Markdown document that a task keeps up to date. */

import { NegscopeError, readingFailure } from "../errors.ts";
import { MOST_BYTES, readText } from "../files/read_file.ts";

/**
 * Reads the document of `--document`.
 *
 * @param path The document.
 * @throws {NegscopeError} If it cannot be read.
 */
export async function readDocument(path: string): Promise<string> {
  return await readText(path, MOST_BYTES.page).catch((error: unknown) => {
    throw new NegscopeError("file-unreadable", {
      problem: `Cannot update document "${path}"`,
      subject: path,
      reason: readingFailure(error),
      fix: "check --document",
      cause: error,
    });
  });
}
