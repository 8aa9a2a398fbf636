/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "945e2d2c9c0a3e2af5720acc9ec1c22ab9d2a05b19ebb9a91f1564aad5e5ccab",
  runs: "0889777edc8259f05e9e2e08f86632e9f0975b7ec17d3f7f1d29b3a47e7ab18c",
};
