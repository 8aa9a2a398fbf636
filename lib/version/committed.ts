/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "052f0eec131dd1016df2a4714da51b3d0acdfa5c1e63fc7f6121a19f458bceb1",
  runs: "1f29d4deb9b2717e89be9a6f2b982dc6c0b0690090dc546eca1de60147b70cf3",
};
