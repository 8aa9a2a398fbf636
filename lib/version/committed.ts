/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "dad4115900c3d394ec4028191fe4e2d1ec0e1cefc93f2531a23689595c51266a",
  runs: "773d2200f8a1dbae0f7bc02caabd1830d45c9c05addbccb89662dd8efaced12e",
};
