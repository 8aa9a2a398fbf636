/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "2505e812f9e7e970b890359921046025794c019d0631a12a2c7492f8be3b57fc",
  runs: "d0955ca797a1201897815e0cab07386c0d859fe6e657b5f6e94fdeacb53dfa95",
};
