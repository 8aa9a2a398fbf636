/** Messages about threads of their own. */

import { firstLine } from "./wording.ts";

/** A thread that does not start, or that ends on its own. */
export function threadStopped(cause: unknown): Error {
  return new Error(
    `Cannot work in a thread of its own: ${
      firstLine(cause)
    }; let the program read the kit's own files, or take one thread (--threads 1)`,
    { cause },
  );
}
