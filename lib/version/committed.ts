/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a817f6c4156ff7e12f30acbac4a0ce4ee2eff8347564150483258ee1ae4e4ae2",
  runs: "4c505530e57f51b819b93f5d325a852a364e10f03d05e19039a333ea237f5e9d",
};
