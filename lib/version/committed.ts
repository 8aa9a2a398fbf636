/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "76649395c33e837fac9676259fc536100ae4c7807258c56b8574d1bd400fc8d5",
  runs: "6c4717a354c546af8939215e08d383296721ad3720b072ea6c4c63798ef524bd",
};
