/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "57c6b32d232ebc18f13f1ea9c23f43714b36434a83552dabde676b71bfc60bab",
  runs: "e02b3d59226aacdc164aa56e3ec63f2cc2d58a7c9027f5f79d0e0c1160140ee7",
};
