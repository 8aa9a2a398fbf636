/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bb849174a20f8a5d9ce00f0abaf80bde859cf443cce4b74ad1cbd108fc40e6fd",
  runs: "265167d738417b4edb5565fc964bc72c7c0c84548d11a5db68541be1cd7da65c",
};
