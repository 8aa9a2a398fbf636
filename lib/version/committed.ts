/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "45224d91a498a357aad0a1b223c24dd90a2cd5136d26eef970fb505ea3eda237",
  runs: "2f89eae81d6a09128e8a9f1c77c28e91cc9345f9148160fd6376ba32a4c56284",
};
