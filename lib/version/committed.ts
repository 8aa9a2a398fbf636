/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fb4ccf207dec877d452c65f036d1dd2f1f8b6e3c1de38b3e69d7d0d8cfbacc3c",
  runs: "714b55a332a20bc05a1a840294bc37ad5ab6d5225f1cef6ebee1a9d986a79543",
};
