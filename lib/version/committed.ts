/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "16399dec923c86c01e47710a93b3c45328b2fd15fe8f8d07dab2aba5c1e01962",
  runs: "f7d2b81187131ee9101d2091e2a5f04079a2b3f346bba99200ef0781b075dfa2",
};
