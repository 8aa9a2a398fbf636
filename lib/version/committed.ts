/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "13ff5032de3f03268710f0f80295c784b0cf8fca01b20a016af573609ccf5c20",
  runs: "cc2d3ef404df8a97973d00da22bd0753e08a63e1b40dded1cd9b91d0c213d152",
};
