/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "945e2d2c9c0a3e2af5720acc9ec1c22ab9d2a05b19ebb9a91f1564aad5e5ccab",
  runs: "6f2740d63081b96fd3402b53c8f7a7f2b8e8574a6a580b67a43999b66e3dd6fd",
};
