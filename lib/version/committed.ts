/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7f64d206bce79462a99cab53026c89a736f890b65b0c6f9bd45e1853179b9efd",
  page: "b29a05178d2fa9c666342f14a9831dbe4a2c32c8fd7effa047e13f297504442e",
  runs: "fdace21b5f622478a63e39ba945091899a4a8cbd8f64254f81f3a9c56368d273",
};
