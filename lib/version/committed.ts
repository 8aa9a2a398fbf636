/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fb4ccf207dec877d452c65f036d1dd2f1f8b6e3c1de38b3e69d7d0d8cfbacc3c",
  runs: "d89521d3913cd4ccbfe77f53280db70f07cb2984707e9e12ac84e4526779a381",
};
