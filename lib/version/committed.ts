/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "052f0eec131dd1016df2a4714da51b3d0acdfa5c1e63fc7f6121a19f458bceb1",
  runs: "7ef89a60e497d42b7573979aed4a768766486fddd3195792d10b21b90e004a36",
};
