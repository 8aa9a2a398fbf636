/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "699a94172bdc23e8fa0632cb04f1666b5bed4b5d3c28b7b63e4e9134ea1b9bcb",
  runs: "1c768a89874c277af92d4a90ad9e43d9ed7c37c08cceed1128001273744e8edc",
};
