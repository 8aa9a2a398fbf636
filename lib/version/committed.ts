/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "2e22551ee7d253858cdfaa45b093524e9e5dccddfac09394f9146e7e8fe3e460",
  runs: "dfccb1a363d0fb3945cf84d3d5e3e04127c2dcb597d265162c76f56f71cdf35c",
};
