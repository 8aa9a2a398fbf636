/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "052f0eec131dd1016df2a4714da51b3d0acdfa5c1e63fc7f6121a19f458bceb1",
  runs: "36b5aeb60e097f1d8779fb82060ea946038a1724e84d60a2ba7c79a7a45dbfcf",
};
