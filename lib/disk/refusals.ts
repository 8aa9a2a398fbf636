/** Errors for what the system refuses to write, each with what the user can do. */

import { codeOf, firstLine, NegscopeError } from "../errors.ts";

/** Why something cannot be written, and what to do; both depend on whether it is a file or a folder. */
interface Refusal {
  readonly reason: string;
  readonly fix: string;
}

const FULL: Refusal = { reason: "the disk is full", fix: "make room and start again" };
const ELSEWHERE = "choose a folder that you may write to";

/** What the system's codes mean for a file. */
const OF_FILE: Readonly<Record<string, Refusal>> = {
  ENOENT: { reason: "its folder does not exist", fix: "make it first" },
  ENOTDIR: {
    reason: "a file stands where its folder should be",
    fix: "move it or write elsewhere",
  },
  EEXIST: { reason: "a folder of that name is in the way", fix: "move it or write elsewhere" },
  EISDIR: { reason: "a folder of that name is in the way", fix: "move it or write elsewhere" },
  ENOTEMPTY: { reason: "a folder of that name is in the way", fix: "move it or write elsewhere" },
  ENOSPC: FULL,
  EDQUOT: { reason: "your quota of the disk is used up", fix: FULL.fix },
  EFBIG: { reason: "the file system holds no file of this size", fix: "choose another disk" },
  EACCES: { reason: "it may not be written there", fix: ELSEWHERE },
  EPERM: { reason: "it may not be written there", fix: ELSEWHERE },
  EROFS: { reason: "the disk is read-only", fix: ELSEWHERE },
  ENAMETOOLONG: { reason: "its name is too long", fix: "choose a folder with a shorter name" },
  EIO: { reason: "the disk does not work", fix: "check it, or choose another disk" },
  EMFILE: { reason: "too many files are open", fix: "raise the limit (ulimit -n)" },
};

/** Whether an error is the system's refusal, and not one of the code that makes what is to be written. */
export function isRefusal(error: unknown): boolean {
  return codeOf(error) !== "" || error instanceof Deno.errors.NotCapable;
}

export function fileNotWritten(path: string, cause: unknown): NegscopeError {
  if (cause instanceof NegscopeError) return cause;
  const { reason, fix } = OF_FILE[codeOf(cause)] ??
    { reason: firstLine(cause), fix: "check the disk, or choose another folder" };
  return new NegscopeError("file-not-written", {
    problem: `Cannot write "${path}"`,
    reason,
    fix,
    cause,
  });
}

export function folderNotWritable(path: string, cause: unknown, flag = "--out"): NegscopeError {
  if (cause instanceof NegscopeError) return cause;
  return new NegscopeError("file-not-written", {
    problem: `Cannot write into "${path}"`,
    reason: folderReason(cause),
    fix: `choose another folder (${flag})`,
    cause,
  });
}

function folderReason(cause: unknown): string {
  if (cause instanceof Deno.errors.NotCapable) {
    return "the program may not write there, see --allow-write";
  }
  const code = codeOf(cause);
  if (code === "EEXIST" || code === "ENOTDIR") {
    return "a file, or a link that leads nowhere, is in the way";
  }
  if (code === "EACCES" || code === "EPERM") return "it may not be written to";
  return OF_FILE[code]?.reason ?? firstLine(cause);
}

/** The error for a link where the kit would write: it leads to a file that the kit has not made. */
export function linkInTheWay(path: string): NegscopeError {
  return new NegscopeError("link-in-the-way", {
    problem: `Cannot write "${path}"`,
    reason: "it is a link, and the kit writes only into its own files",
    fix: "remove the link, or choose another folder",
  });
}
