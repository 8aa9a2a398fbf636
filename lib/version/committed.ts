/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "e0c850ad530866e61a403826ec9b814387f2aa37066682c0354e6034a2065ed9",
  runs: "828f85d4e72439150746d2948a5d39117b9d1fc1346ffa7c3092fd6bd4fb2ff3",
};
