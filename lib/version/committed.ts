/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "cccfadf453c95fd3ae034084b19540ef3483bfbc0d4c78c6c0b5fa86882c692e",
  runs: "76f398dd139cbeeec8443c6bd04dddd114be15b912ae69506e85b574c94af21f",
};
