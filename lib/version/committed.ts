/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "c8a32b4dee3af6966ce600859527f5070b4969b79b2520d7111e305ab5d31c25",
  runs: "a78a9e29603977603e97b4e9ea7b43e13a42ee18eafb8d8fd73509472fed666f",
};
