/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "b06d433e73e7d0bc9199e4c31cba9a48b5d2964e0b0640200437a6a19a77a070",
  runs: "3e157878ea82cd84139147b5d857d7b445d4a8247212cfac0765815062338cff",
};
