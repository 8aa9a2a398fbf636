/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bba79be1fc8066c019c30f0c01e4edb4712da533f5d4b66f2ce172c71cc702e5",
  runs: "ba58be20ec6fea87aea5e1299bd5572d163f96e240d1b9f46714ccc93a8ab138",
};
