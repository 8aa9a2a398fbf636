/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "29e002b0feb6b734aceba58c24838700f5015a3e864c952f4acb056ef6c9e6cc",
  runs: "2ecd845a710ac0ff1c9fb315267393efea02e7a09c8bd43a74662f64b5070ea5",
};
