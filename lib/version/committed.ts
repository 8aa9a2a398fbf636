/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "d50209612a50e1832c93bc46be984652461b28c20f782523fa3ae66c38342e1b",
  runs: "278a2e49969a3c40b6840dd5c56d1f5ca49ae7c99bc0d30f410ca50e3d739c12",
};
