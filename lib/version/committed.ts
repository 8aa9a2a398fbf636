/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "cf11b0c6606cd17d202e96846ac3c1760f6295943d3e6769d94594dcbf000736",
  runs: "5dd12349ecf885280e036b06f3122680cfee011b23213fdc43070be5460593e0",
};
