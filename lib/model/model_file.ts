/** A file of a model folder that is not there, or that cannot be read. */

import { NegscopeError, unreadableFile } from "../errors.ts";
import { FETCH_LFS, LFS_POINTER } from "../reading/lfs_pointer.ts";

/** The error for a file or folder of a model that cannot be read. */
export function modelFileUnreadable(path: string, cause: unknown): NegscopeError {
  return unreadableFile({ doing: "read", path, cause, fix: "check the model's folder" });
}

/** The error for a Git LFS pointer in the place of a model's file. */
export function pointerUnreadable(path: string): NegscopeError {
  return new NegscopeError("file-unreadable", {
    problem: `Cannot read "${path}"`,
    subject: path,
    reason: `it is ${LFS_POINTER}`,
    fix: FETCH_LFS,
  });
}
