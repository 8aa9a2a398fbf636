/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "699a94172bdc23e8fa0632cb04f1666b5bed4b5d3c28b7b63e4e9134ea1b9bcb",
  runs: "f52b44da284fd8f8b18d066f60b4133160f28d1d6b669c3a8cf84f08b996fbe1",
};
