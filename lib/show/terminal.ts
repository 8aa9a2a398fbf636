/** Prints to the standard output and the standard error. All that the kit prints goes through here, so that no text steers a terminal. */

import { codeOf, firstLine, NegscopeError, visibleText } from "../errors.ts";

/**
 * Prints a text of one line or more to the standard output, with escapes in place of characters that cannot be seen. If the reader at
 * the other end of a pipe has closed it, the text is dropped.
 */
export function print(text: string): void {
  try {
    console.log(visibleText(text));
  } catch (cause) {
    throw new NegscopeError("file-not-written", {
      problem: "Cannot print to the standard output",
      reason: codeOf(cause) === "ENOSPC" ? "the disk that it goes to is full" : firstLine(cause),
      fix: "make room or print elsewhere; all other work is done, and the files are complete",
      cause,
    });
  }
}

/** Prints a text to the standard error in the same way; nothing can be told if that fails. */
export function printError(text: string): void {
  try {
    console.error(visibleText(text));
  } catch { /* the exit code tells the rest */ }
}

/** Clears the line that a progress bar is drawn on; does nothing where no bar is drawn. */
export function clearLine(): void {
  if (!Deno.stderr.isTerminal()) return;
  try {
    Deno.stderr.writeSync(new TextEncoder().encode("\r\x1b[K"));
  } catch { /* the terminal is gone */ }
}
