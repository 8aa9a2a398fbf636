/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1ed3f1172c01701550aea727fe8e61339a9ca9b320a043df691ec4ad7f767764",
  page: "e5425f130e59c1f383bffaee868e60ee4aa44168f1943dea6dcdab9d40f26c67",
  runs: "aded97ffbebff46a4ad88841cbf7000d0fca9c070506c21919320adb8b52e53a",
};
