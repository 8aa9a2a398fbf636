/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "6d0d95089db833cdefe10efc9527c18e3e0b8b3f4f300081cbc4ebaec648c5d9",
  runs: "04b9ab75d035a4c0985f440199d3b2dc18a9616dce1d70ba17f09111522463a1",
};
