/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "16399dec923c86c01e47710a93b3c45328b2fd15fe8f8d07dab2aba5c1e01962",
  runs: "65a606ce67e9892c32d8aa8add6d81c95960dc8b75824bfe1df3d10389c21fe7",
};
