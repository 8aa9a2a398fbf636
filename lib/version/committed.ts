/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "e5894750b82585f38941322563f05f4e43f196e5b9fe9cf3c278d37fd929c98c",
  runs: "d29b0155c7895a51a2b679634a0717dc0439462a465722563772903ebae17ddf",
};
