/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bc1443eb4dab147bfe8bdb571e0baa3246a6be0556ba646d72ff8d37c7cf2345",
  page: "569295d6e230dc43bea1768a9f910179c11d6c35a7fed5ac53410162ea1cb943",
  runs: "c75fddcfb9c5225eb0f5cb0e95370d23247e660fdca9ddd2649f82daaf54b297",
};
