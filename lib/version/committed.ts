/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "908710a4ff9cc8da3ed74e996191c6d1168057b43e2b8ef023cee031f01e35d8",
  page: "079122b3cf4c9afa5dcb41134f928e5fcefeee3378fb08ec8ee0c63a0dbb6f57",
  runs: "0b87b1baaa5de31e1b10365bb15b7acdb4e0a9bf6e49bbf3efa41155b01432d7",
};
