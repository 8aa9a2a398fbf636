/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "052f0eec131dd1016df2a4714da51b3d0acdfa5c1e63fc7f6121a19f458bceb1",
  runs: "b9d5a1481a90d49aa471b361f2853fcb0cefb4c279b805699c84bef4e6603856",
};
