/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "0974bc03b33744baf27144cf3f0fe54cc0ff651488d144b8f74123d934b9f9c8",
  runs: "c42ce979332449c5e3047f0c5b4aa8ef5f9504e3ea1837ec68c2eac76881b68b",
};
