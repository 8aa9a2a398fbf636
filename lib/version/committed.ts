/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "e62d962bcc70f3866564c3174704728a76e017d001bed9ed186b7d8169e018d9",
  runs: "9c73abab421e51b99f63854a4f1b5114b6842f96040ef572d892d90da47ea8c9",
};
