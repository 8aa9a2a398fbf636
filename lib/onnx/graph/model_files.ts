/** The files of a model: whether they are what they were, and the errors for those that are not. */

import { NegscopeError, unreadableFile } from "../../errors.ts";
import type { Files } from "../../reading/files.ts";

/** Checks that files are what they were, without reading them. */
export async function checkFiles(
  files: Files,
  stamps: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [path, known] of stamps) {
    const stamp = await files.stampOf(path).catch((error) => {
      throw fileUnreadable(path, error);
    });
    if (stamp !== known) throw fileChanged(path);
  }
}

/** The error for a model file that cannot be read. */
export function fileUnreadable(path: string, cause: unknown): NegscopeError {
  return unreadableFile({ doing: "read model file", path, cause, fix: "check the model's folder" });
}

/** The error for a model file that is no longer what it was. */
export function fileChanged(path: string): NegscopeError {
  return new NegscopeError("file-changed", {
    problem: `Cannot go on with model file "${path}"`,
    subject: path,
    reason: "it has changed since it was loaded",
    fix: "start again",
  });
}
