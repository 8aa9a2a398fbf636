/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "6db69d56e6de32cd6d7473e98be5c55ac1630e2752341760b3169668f61700fd",
  runs: "6d0627c0df4963850bdedfafe3dac566c6c7c8d2adeae464b886e46fa33becb0",
};
