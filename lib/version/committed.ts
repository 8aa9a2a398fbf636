/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fb4ccf207dec877d452c65f036d1dd2f1f8b6e3c1de38b3e69d7d0d8cfbacc3c",
  runs: "a0b0d04d7bde4d97ddddaa3f158044409a259c804b4579c81394c9d133ed2162",
};
