/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1e9eac00d8fdacbe1d80bf02c24b8c65b91cd9c23d5953a584ff7444d707d48a",
  runs: "3164302db3284af6c37fe1d003f9017a3a5aa78d97b2b6d690bb740f4e568fb0",
};
