/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "57c6b32d232ebc18f13f1ea9c23f43714b36434a83552dabde676b71bfc60bab",
  runs: "d1397b632db4832bc1b717da630fa60867c8a9d3bfcae3b64b8a91746258ebf4",
};
