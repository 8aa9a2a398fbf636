/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "cf11b0c6606cd17d202e96846ac3c1760f6295943d3e6769d94594dcbf000736",
  runs: "1eaf80fe5200914e4ac7990adbbd999a0c61b3bb089b543a05d9edb1fc8d7b56",
};
