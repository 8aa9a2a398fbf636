/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "60ee59e978386d7054c26b6012a23202087e2f9345d687337d954256fac0fd1d",
  runs: "3ca561a0964af7d18cc4e3b1f047f798badf177d2a9113f535aaa3a73fe435f0",
};
