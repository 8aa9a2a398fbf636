/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "945e2d2c9c0a3e2af5720acc9ec1c22ab9d2a05b19ebb9a91f1564aad5e5ccab",
  runs: "c1ceaba9f38171d7318c30f83dca6851a46f36b264fca57ad766abc2905ac4cf",
};
