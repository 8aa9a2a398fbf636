/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "029f1dabf32ed17e9c3512a2eda5ef200dffb463f9b360614474f5940f848767",
  page: "c390944c5ad06aaca8c02a509038cae372aab18ccc844faac013973e52c6f9ba",
  runs: "0fd5f1a8f16a175570c47b9b8dd77166467777de334617398dd1d1063aa6405c",
};
