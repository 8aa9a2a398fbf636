/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "ea288b2c7d2e9ed76711aa02e600dde2899fdd4162fee233616fe6793445f1f5",
  runs: "1f3491c6773ad42d5b29709a6d6e23d9cb748b35dc180930882b5d93d26ad0ce",
};
