/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7134b189d9e85e14f69f3ce1b18585f9ff1221e7abd59fb76e57715bf605baad",
  runs: "7192f901054c3b2d5b24395bfabd6e4788bd87f0671d6def1326813b2d09c5cd",
};
