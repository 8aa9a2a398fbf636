/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "2aeeb4c58a732085932162160945cc4f664b974e4560f30d63902f962a00f50d",
  runs: "a541c837cd61580108ed7fa8eca22778f3da85fd861c6a7ea99f15a379e58f00",
};
