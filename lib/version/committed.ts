/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "e62d962bcc70f3866564c3174704728a76e017d001bed9ed186b7d8169e018d9",
  runs: "9479feb23d93d6a397647fac75dfdcfb19cc902d0a4de4614ef1955fe02c0e2d",
};
