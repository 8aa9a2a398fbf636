/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "22e75c8204fa78185ddf6bb00d1a0a8a38f70962abc6ac35c8d79987f8fc65bb",
  runs: "b3cf3760ced3f60d1d29bf93892b1e8dfc1a4b91865ae67401745fea90ba62ca",
};
