/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "b0d5b2bfeb95a7c35a1faed2373faa74d50b693eae496f05fabac4d4c613146a",
  runs: "d17a527b69cfcb3b0727a2f09712385b08c25d56c5a77d35b8363beb832b0712",
};
