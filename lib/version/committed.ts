/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "57c6b32d232ebc18f13f1ea9c23f43714b36434a83552dabde676b71bfc60bab",
  runs: "ca203c422d7d6b34612b3faa1702f44d227ed7afc3ddd9616e9b235349f61dd4",
};
