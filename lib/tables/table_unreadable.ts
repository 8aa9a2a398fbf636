/** The error for tables that cannot be read. */

import { type NegscopeError, unreadableFile } from "../errors.ts";

/**
 * The error for a table that cannot be read.
 *
 * @param path The file.
 * @param cause What the system or the CSV reader says.
 */
export function tableUnreadable(path: string, cause: unknown): NegscopeError {
  return unreadableFile({
    doing: "read table",
    path,
    cause,
    fix: "restore the file as it was written",
    code: "run-edited",
  });
}
