/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "4a7f574e11b3e9e854fbc627d07c499bab68627cf284014dda037d8f54f50c93",
  runs: "b18ec6c26745bbf571fb1ec657fcb54937917734f60491cf471da11867b7b202",
};
