/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f8b8915f76dd7544f2afc186a80170f1f26d95ddf1c19c145107f54759ce1d55",
  runs: "889d4bf934a98e20aab5463580d84b96f73eb62dfbac3e2a2c1b4e3132350807",
};
