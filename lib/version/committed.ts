/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fa7ef29a5d2e613184f18a45a0cf75e5398f100fd1455fd2806b205d53e0cf99",
  page: "2ba318da7e9004024c6a40a16b2b99368673e55d6746b531c7fdebf3e96da5b3",
  runs: "1c096ee62014a219483262529da8e5f772dfd1f04068bba0b3afae05bfbcd00e",
};
