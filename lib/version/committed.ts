/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "699a94172bdc23e8fa0632cb04f1666b5bed4b5d3c28b7b63e4e9134ea1b9bcb",
  runs: "ec61ab82e1a195f2804ff7b8b6f6912b0c379ce9ab7a441aca294cd21261e656",
};
