/** Files and folders that cannot be written, or hold something else. */

import { codeOf, firstLine } from "./wording.ts";

/** An output folder that cannot be written to. */
export function folderNotWritable(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  const why = code === "EEXIST" || code === "ENOTDIR"
    ? "a file is in the way"
    : code === "EACCES" || code === "EPERM" || code === "EROFS" ||
        cause instanceof Deno.errors.NotCapable
    ? "it may not be written to"
    : code === "ENOSPC" || code === "EDQUOT"
    ? "the disk is full"
    : firstLine(cause);
  return new Error(`Cannot write into "${path}": ${why}; choose another folder with --out`, {
    cause,
  });
}

/** An output folder with files of the names to be written, but of no run. */
export function folderHoldsFiles(path: string, names: readonly string[]): Error {
  return new Error(
    `Cannot write into "${path}": it holds ${
      names.join(", ")
    } without a manifest.json; choose another folder with --out, or --overwrite`,
  );
}

/** An output folder with another run. */
export function folderHoldsOtherRun(path: string, difference: string): Error {
  return new Error(
    `Cannot write into "${path}": it holds another run, ${difference}; choose another folder with --out, or --overwrite`,
  );
}

/** An output folder that another process writes into. */
export function folderInUse(path: string): Error {
  return new Error(
    `Cannot write into "${path}": another run is writing into it; wait until it is done, or choose another folder with --out`,
  );
}

/** A file that cannot be written. */
export function fileNotWritten(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  const why = code === "ENOENT"
    ? "its folder does not exist; make it first"
    : code === "EISDIR"
    ? "a folder of that name is in the way; move it or write elsewhere"
    : code === "ENOSPC" || code === "EDQUOT"
    ? "the disk is full; make room and start again"
    : code === "EACCES" || code === "EPERM" || code === "EROFS"
    ? "it may not be written there; choose a folder that you may write to"
    : firstLine(cause);
  return new Error(`Cannot write "${path}": ${why}`, { cause });
}
