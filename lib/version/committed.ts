/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "60ee59e978386d7054c26b6012a23202087e2f9345d687337d954256fac0fd1d",
  runs: "316e36c36d7ab7a6c6e02a8e4fd6f707dc3d4362d1cea4d491fe4bc198c7fe72",
};
