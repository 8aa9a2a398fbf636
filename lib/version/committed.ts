/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "2e22551ee7d253858cdfaa45b093524e9e5dccddfac09394f9146e7e8fe3e460",
  runs: "52ed9f49665b54beef656cf8e4608af230c6c52dbb98bd88dcf712cac6c53b1a",
};
