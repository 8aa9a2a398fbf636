/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "36fb397804d9cf4e2ca2fc3e8e28998866d8552ab1062651619bc4b10e00e640",
  runs: "6acef6146de2abc12e5f8c0f3005fc0504feb88453085fe27a1de9eb82944244",
};
