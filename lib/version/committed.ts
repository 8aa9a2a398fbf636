/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "2e22551ee7d253858cdfaa45b093524e9e5dccddfac09394f9146e7e8fe3e460",
  runs: "2f089d6bff2bec2f23da3297f9b1f52d50a17c8a4f85bd68a00e54587517ba9b",
};
