/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fc82221f014bf323a8e4f9554a74a25f161b414e1d0565556885c5bf84c148ff",
  runs: "4189330d712b2a3e63012bc37b36d05721f3ad7cbe74ed6a24ea4b7790cd1535",
};
