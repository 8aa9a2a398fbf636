/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fc82221f014bf323a8e4f9554a74a25f161b414e1d0565556885c5bf84c148ff",
  runs: "45b2ead72eef2c24d479138730844714c2346867672068f68f96fd70d96a6330",
};
