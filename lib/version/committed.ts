/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "16399dec923c86c01e47710a93b3c45328b2fd15fe8f8d07dab2aba5c1e01962",
  runs: "8cd98fcb17e6c2069bcaf7742c64c2e2ea5d82cd9a9b8c3da24e2307b09ac06d",
};
