/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "0c9c828d8b5db5da2acd5193c3c137de72a41e512ef94cb669a66e2af7c82d1a",
  runs: "e8ddc6c7aa74be2afe589552275ce3344fcc8dbc2d15834c60fc1a5ad729baa5",
};
