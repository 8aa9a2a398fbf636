/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "c76660ecc6c40f4d823431e53828989673b41c557c584d32bc8710e83953ac61",
  runs: "f97d28d4b8895603e781165ce38a62601b8872a9aad902bc55cfbcd60004ed58",
};
