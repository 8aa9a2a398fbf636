/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "e4b30d06aee18a1e0e6d42932b6293e1590648dcdad50e7bc4ebb61344d125a8",
  runs: "ff25a2fc6e0bc261f96ea263cb222159b8accc087d34cb4fd92c4851201f46d7",
};
