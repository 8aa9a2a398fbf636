/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "2505e812f9e7e970b890359921046025794c019d0631a12a2c7492f8be3b57fc",
  runs: "497c8a494daedc0fe0435f1c40744b94089d8851eabe3b69275d7cae6233c805",
};
