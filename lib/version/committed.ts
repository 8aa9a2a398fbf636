/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7980e66357ceea541e16b3f24f870e7c160fa116abceef56479848525da82dd0",
  page: "635f3baec8d4aa05673d714ef80d63fd0bd686dd6db0d3cfbbea87d6e615feb1",
  runs: "b09fb23fa01f6b4b482444b6c22d56f15813899964289a48356d26072e6343be",
};
