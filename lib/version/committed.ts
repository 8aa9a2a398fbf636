/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "e0c850ad530866e61a403826ec9b814387f2aa37066682c0354e6034a2065ed9",
  runs: "090545400b8bcf5413ecf70f76d51c6fe0005d89f6ccbcb4836195f62f3c56ac",
};
