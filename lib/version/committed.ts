/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "029f1dabf32ed17e9c3512a2eda5ef200dffb463f9b360614474f5940f848767",
  page: "389de7f8bdd4db35241a5561aa7337e3b3d4b56d701fcc7daa4e39551f865f7b",
  runs: "602cf44538010c15418cda182d7d5738009c49f1d5138ad69c993cbe57221978",
};
