/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "cf11b0c6606cd17d202e96846ac3c1760f6295943d3e6769d94594dcbf000736",
  runs: "346b13fb6f5ff22ac80e0530321a183f2f2898a4c2897f8d5981c92bf731162b",
};
