/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "80a67c8315382beeb118888b1d04486fe19c5e02cdf8806780e22a1ef071a277",
  runs: "b8f3a15f5884b1da13551379746e30026617c0469512b074d560ec498a5d214e",
};
