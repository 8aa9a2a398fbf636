/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "0e20e9fbec0c2e0e2301e360bc50ba86bd135a3fd03a0cacafb2e4ff52e2553a",
  runs: "39e829a598f0186249a14ebf6bb39d5a1a6e40d33c49e2c16214254ebfbc92e3",
};
