/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "89cf7208a5589f57654304eb5c4842aa4e8765e27902d690a4db3d0aa0983084",
  runs: "ce6e8585e0f085714add63e7c6d662caad665035e1854a237849403e48ac4e6e",
};
