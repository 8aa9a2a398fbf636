/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bb849174a20f8a5d9ce00f0abaf80bde859cf443cce4b74ad1cbd108fc40e6fd",
  runs: "2fe4919e39d98025202355b5727658aede646129f3fd63542ad6ae3f682b6d20",
};
