/** Merges of byte pairs as text files hold them: two tokens a line, those that are merged first at the beginning. */

import { NegscopeError, shown } from "../../../errors.ts";

/** Two tokens that become one. */
export type Merge = readonly [string, string];

/** Reads the merges of a file. */
export function readMerges(
  lines: readonly string[],
  { file, firstLine }: { readonly file: string; readonly firstLine: number },
): Merge[] {
  return lines.map((line, i) => {
    const [left, right, ...more] = line.trimEnd().split(" ");
    if (left !== "" && left !== undefined && right !== undefined && more.length === 0) {
      return [left, right];
    }
    throw unreadableVocabulary(
      file,
      `line ${firstLine + i} must be two tokens, but it is ${shown(line)}`,
    );
  });
}

/** The error for a file that should hold merges or a vocabulary, but does not. */
export function unreadableVocabulary(file: string, reason: string, cause?: unknown): NegscopeError {
  return new NegscopeError("tokenizer-unreadable", {
    problem: `Cannot read the vocabulary in "${file}"`,
    subject: file,
    reason,
    fix: "download it again",
    cause,
  });
}
