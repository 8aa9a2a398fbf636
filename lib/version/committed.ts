/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "945e2d2c9c0a3e2af5720acc9ec1c22ab9d2a05b19ebb9a91f1564aad5e5ccab",
  runs: "42f1a655aa2ce73eb48fe05f46db256c400807097ac1f1aed33ce497dba86a70",
};
