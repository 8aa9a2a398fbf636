/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "4b0a6265c72e96f6bab8e8adc5a836cd67b41299091635063234be3fa74d7ab1",
  runs: "efe346d93d5d5b26029bc7755f327466322ef02da6738b2fb2bc0772d0ce158c",
};
