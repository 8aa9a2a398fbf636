/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "2e22551ee7d253858cdfaa45b093524e9e5dccddfac09394f9146e7e8fe3e460",
  runs: "5f22f42d76a749e97b7033ab8d3e71e007715c037fa22495db695bcf54d4fcdb",
};
