/** Reading a Markdown document that a task keeps up to date. */

import { unreadableFile } from "../errors.ts";
import { MOST_BYTES, readText } from "../files/read_file.ts";

/**
 * Reads the document of `--document`.
 *
 * @param path The document.
 * @throws {NegscopeError} If it cannot be read.
 */
export async function readDocument(path: string): Promise<string> {
  return await readText(path, MOST_BYTES.page).catch((error: unknown) => {
    throw unreadableFile({ doing: "update document", path, cause: error, fix: "check --document" });
  });
}
