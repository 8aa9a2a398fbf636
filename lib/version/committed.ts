/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "8ed589b635cdf57db86875fb44b1591569a01c8462688a2b23ab975699912ee8",
  runs: "ee8052ef447b16c43bf3ad90684b69fbcbcd8c3f19485278745426a35eca9cf6",
};
