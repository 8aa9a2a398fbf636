/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "5684b35b347bbd4e6808b927432d618c3d9d71d6a2d2e24c760098293f6b38f4",
  page: "27e4113a6366ecabd2e1724c482a9bbea75a59e30ffde348df1856a22f7e488a",
  runs: "0f12ac5539b663a7d90036f6291bc6c910646666635a9e77b2cd5d92f9642dbd",
};
