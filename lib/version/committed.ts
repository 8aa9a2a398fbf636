/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7f64d206bce79462a99cab53026c89a736f890b65b0c6f9bd45e1853179b9efd",
  page: "fec8a3e9176bf984e1de0a14515fce85c6e527754ab9b4cc2ea0a9a3ba409e03",
  runs: "ebb85231c8c3c4a77d61a7409f20a3ba838ff334a988e4e3327d2f8c240a5b71",
};
