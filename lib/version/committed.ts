/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fb4ccf207dec877d452c65f036d1dd2f1f8b6e3c1de38b3e69d7d0d8cfbacc3c",
  runs: "f27c9523f85e70c39134ee28b4ce4c6df4864c8a6d9927c6113b268243ace82b",
};
