/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7134b189d9e85e14f69f3ce1b18585f9ff1221e7abd59fb76e57715bf605baad",
  runs: "5007081d1ffdb8ada1efe36d9e7497511eefb8e783d3f1de5ee9d62b8628364d",
};
