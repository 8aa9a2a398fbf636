/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7f64d206bce79462a99cab53026c89a736f890b65b0c6f9bd45e1853179b9efd",
  page: "fec8a3e9176bf984e1de0a14515fce85c6e527754ab9b4cc2ea0a9a3ba409e03",
  runs: "37640f091e625464795b305a1a54b029c35b921cf12757b6c7cfbce1988e4a50",
};
