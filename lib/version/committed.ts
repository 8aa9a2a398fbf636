/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "cf11b0c6606cd17d202e96846ac3c1760f6295943d3e6769d94594dcbf000736",
  runs: "ed7d6bb248576ef4e552fa07850c8e9b0fb2ee6d9f5505883b8665a5a097b0dc",
};
