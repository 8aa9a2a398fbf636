/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fd565c8e8cf6c9c996d8443b956f101880908d62af7ce366167d026c9ba99667",
  runs: "85d6cb9db4889ef5d25075a172f103d7eb8e9d1c5228d6327be70d9587dc9ae8",
};
