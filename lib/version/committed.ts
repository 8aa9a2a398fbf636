/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "79a0afeff555d5a218f846bc92c2f01e87d596e135ade97a8321202cff525a4b",
  runs: "367f615263c640ade92b0b83a8f686049d83295bb2aac3c0a931c5120da937f8",
};
