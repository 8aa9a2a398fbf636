/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "250adcda11f7534f2fec3b6539262decef390ded4a3301486f2a9e0625419d55",
  runs: "d7f6be04ea0077c8067a145fb39062474a1fd81a5c6df4b7d6b861f2a2e8e4d9",
};
