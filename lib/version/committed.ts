/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "9a480877cd9c78b4b17fc721c4a21035052ea28663b19e792ac2b6cb1681478b",
  runs: "9d30fb208582e88c9a33ee003f428031b6c2afec6888a24e7f59d2d915f35a33",
};
