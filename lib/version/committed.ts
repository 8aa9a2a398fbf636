/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "76649395c33e837fac9676259fc536100ae4c7807258c56b8574d1bd400fc8d5",
  runs: "942c7b40f29144dd2d012f5bdd07c09ccb078fd1f9422a2d9fae35ae67ed1aee",
};
