/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "4fcb5657e6377dc0490f49e3c291b6b52ae3d0374adb874f1c9a98db28eb47b4",
  page: "2e91b4319e5b160f3f8dc41a5ef13353e6fda050780e387266ebfe4c6a998d9f",
  runs: "b4374fdac1eabe321471772a010b2f51647e873c7746ff35fba8b6acbc2da212",
};
