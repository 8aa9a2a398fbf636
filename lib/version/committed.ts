/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "60ee59e978386d7054c26b6012a23202087e2f9345d687337d954256fac0fd1d",
  runs: "d97903f1f067f1eef3e17b2d8bd736835a98598dc59ef25a14466d3c64f00471",
};
