/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "57c6b32d232ebc18f13f1ea9c23f43714b36434a83552dabde676b71bfc60bab",
  runs: "2c20e5d6ba1efd2672eaba3543b8fc3099b3092ddd2c0f50284f065c077897ee",
};
