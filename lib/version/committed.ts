/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a2bc1740249061131898e0a20ee727680e6afb2a068cf6d4b0e1e201e4c16e13",
  page: "fbf5ac8b04c48c8ab641476c9b6c4064f472b2c17f339fab97bca84b74e90403",
  runs: "ea6a797b365238fe5acc6710a6769a75abe6f9885a7934be69b87868e5cd3e1e",
};
