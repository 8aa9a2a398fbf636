/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "ecead0eec03adda8f370368db5fe906ac45090546c847e425e35ec86b321ebc9",
  runs: "e85b1fff648a9c9cb7f8f2f812779a064bf13eef34b921abf05214f9c0b40808",
};
