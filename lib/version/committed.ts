/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "945e2d2c9c0a3e2af5720acc9ec1c22ab9d2a05b19ebb9a91f1564aad5e5ccab",
  runs: "b72b8790dd58f609a2cbdabc281e78b94b0cb023917cc1c7d5b05128a4e6bebb",
};
