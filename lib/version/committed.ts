/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "49d0c6cee8e5b7142d99545ad06059fe54977f6294a32ad9c8f56178faa87cdb",
  runs: "711b444cddef7ea3903a3206f6e4319933b52b35c2926b65a715e1ed6f92ac75",
};
