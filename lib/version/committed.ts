/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "57c6b32d232ebc18f13f1ea9c23f43714b36434a83552dabde676b71bfc60bab",
  runs: "b5c762a0218f3133dbf32b89ef2256fc3d9e6a15713ed5a88e66dca3ce8b6d40",
};
