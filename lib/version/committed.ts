/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "60ee59e978386d7054c26b6012a23202087e2f9345d687337d954256fac0fd1d",
  runs: "5b31157ded44373ec6bbacd04d5de6026d4a74c854e91d9ab9f2ae4d05f2c049",
};
