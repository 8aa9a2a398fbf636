/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "30352aeb345098a56ecf9ded54b3748a04195ecfb541a10056c8edb338bafc7b",
  runs: "69fb7ca0ea346f335948ed2b39785ed3e903cd1688d376d2397acc7088bad43b",
};
