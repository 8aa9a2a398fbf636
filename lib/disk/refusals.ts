/** Errors for what the system refuses to write. */

import { codeOf, firstLine, NegscopeError } from "../errors.ts";

/** Whether an error is the system's refusal, and not one of the code that makes what is to be written. */
export function isRefusal(error: unknown): boolean {
  return codeOf(error) !== "" || error instanceof Deno.errors.NotCapable;
}

export function fileNotWritten(path: string, cause: unknown): NegscopeError {
  if (cause instanceof NegscopeError) return cause;
  return new NegscopeError("file-not-written", {
    problem: `Cannot write "${path}"`,
    reason: reasonOf(cause),
    fix: "make room, or choose another folder",
    cause,
  });
}

export function folderNotWritable(path: string, cause: unknown, flag = "--out"): NegscopeError {
  if (cause instanceof NegscopeError) return cause;
  return new NegscopeError("file-not-written", {
    problem: `Cannot write into "${path}"`,
    reason: reasonOf(cause),
    fix: `choose another folder (${flag})`,
    cause,
  });
}

/** The system's own words, without its number and the paths that Deno adds. */
function reasonOf(cause: unknown): string {
  return firstLine(cause).replace(/ \(os error \d+\).*$/, "");
}
