/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "36fb397804d9cf4e2ca2fc3e8e28998866d8552ab1062651619bc4b10e00e640",
  runs: "c6f67a5b5d34bb011cd48522e52c45cea926160a6083fbc7c16c5d05e7ffa085",
};
