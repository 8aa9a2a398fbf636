/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "14a1388254f598482f2ed580e7618dae26b36772116cdc9f99ee1db2292e7b4a",
  page: "52a7eee8f2ae125ac904ccb69d7684899bdca04a81ef78dce4840b05a55ccf6b",
  runs: "8bb4bcabdb61eb67c74b69156a2e5eeb3e3064dbdaedf1b9862b33386eadbefe",
};
