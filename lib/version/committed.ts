/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "8f4ec12ff08e10a77768aacd3c1f7726d68ec218c9d6af184775b8e023a0e8c5",
  runs: "09039e53e25ffd74d2e8f3b166918352e5f5c793d8f0eaa4ab1b63e56e941cce",
};
