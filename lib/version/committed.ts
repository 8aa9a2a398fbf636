/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "79a0afeff555d5a218f846bc92c2f01e87d596e135ade97a8321202cff525a4b",
  runs: "d2fbbcaeef58b6de1399183d739f6126f1517bb7c7466e178ace4e96cafccdbf",
};
