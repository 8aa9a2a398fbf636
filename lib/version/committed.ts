/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "9a480877cd9c78b4b17fc721c4a21035052ea28663b19e792ac2b6cb1681478b",
  runs: "93624a67ba97b929efb0d957b8e9a42085fcfd407a3d3a9fbdbffbb3becff1aa",
};
