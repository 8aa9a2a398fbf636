/** The error for tables that cannot be read. */

import { NegscopeError, readingFailure } from "../errors.ts";

/**
 * The error for a table that cannot be read.
 *
 * @param path The file.
 * @param cause What the system or the CSV reader says.
 */
export function tableUnreadable(path: string, cause: unknown): NegscopeError {
  return new NegscopeError("run-edited", {
    problem: `Cannot read table "${path}"`,
    subject: path,
    reason: readingFailure(cause),
    fix: "restore the file as it was written",
    cause,
  });
}
