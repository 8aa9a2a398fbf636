/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "11e2e8f3174eb4e0616a25e7547a32e2df764ce099d05a97869f850adcc93789",
  runs: "f46a6b00099b8810436bdf859efae05b4cd55c2d46f525ba30553e91b0677d6a",
};
