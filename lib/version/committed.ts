/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "cccfadf453c95fd3ae034084b19540ef3483bfbc0d4c78c6c0b5fa86882c692e",
  runs: "9ef550d86b5aa2b52acadbc988f43fc0074ac9906730542052f41276455c6e1e",
};
