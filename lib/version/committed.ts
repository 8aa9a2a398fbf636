/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a7ca9ea0d45f1d1d4bdabe0cdffdb17458c1c668f8458c1ebcd4935652f26ccf",
  runs: "4733ab7babbc20f293137ab7182646081b8f92255ddf7b3db0d22a2f59ff53c1",
};
