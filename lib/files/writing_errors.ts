/** Errors for files and folders that cannot be written. */

import { folderFailure, NegscopeError, writingFailure } from "../errors.ts";

/**
 * The error for a file that cannot be written or removed.
 *
 * @param path The file.
 * @param cause What the system says.
 */
export function fileNotWritten(path: string, cause: unknown): NegscopeError {
  return new NegscopeError("file-not-written", {
    problem: `Cannot write "${path}"`,
    subject: path,
    reason: writingFailure(cause),
    cause,
  });
}

/**
 * The error for a folder that nothing can be written into.
 *
 * @param path The folder.
 * @param cause What the system says.
 * @param flag The flag that names the folder.
 */
export function folderNotWritable(path: string, cause: unknown, flag = "--out"): NegscopeError {
  return new NegscopeError("folder-not-writable", {
    problem: `Cannot write into "${path}"`,
    subject: path,
    reason: folderFailure(cause),
    fix: `choose another folder (${flag})`,
    cause,
  });
}
