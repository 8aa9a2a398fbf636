/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "b0d5b2bfeb95a7c35a1faed2373faa74d50b693eae496f05fabac4d4c613146a",
  runs: "98ccff0ca60c41741e4c014e6f9c49c75f407b0085b1a98a8fed8efd701d0925",
};
