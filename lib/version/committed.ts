/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "60ee59e978386d7054c26b6012a23202087e2f9345d687337d954256fac0fd1d",
  runs: "5e3174ba83e2b0e5cbc65f5d5769c61b611d70883c4ac554a84ef015f3589f67",
};
