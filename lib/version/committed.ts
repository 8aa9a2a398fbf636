/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7980e66357ceea541e16b3f24f870e7c160fa116abceef56479848525da82dd0",
  page: "335b935f23a421badb5272fb22a3f25e86fdcff2e88402f32e2841c50a5fd412",
  runs: "776cb622f92b3e1c5dc104f8057976f28aa084de674eb69e4438331f3bf69c86",
};
