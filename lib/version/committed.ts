/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "0e6fde1eea0852af43fef6d26489c5de181201982045aa5dc50abd4aab7c1a21",
  runs: "27e1c02a5ab9a647cc537a4d5511060ef8072835725fe42a0340f2a108fde827",
};
