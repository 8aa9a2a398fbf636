/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "2e22551ee7d253858cdfaa45b093524e9e5dccddfac09394f9146e7e8fe3e460",
  runs: "0092d7f69b651b8c8123964ac41ee1072a68a4baf93c8598410fc847fb7b7eab",
};
