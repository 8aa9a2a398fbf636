/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1ed3f1172c01701550aea727fe8e61339a9ca9b320a043df691ec4ad7f767764",
  page: "e5425f130e59c1f383bffaee868e60ee4aa44168f1943dea6dcdab9d40f26c67",
  runs: "0990f65a2d143609187c3915112a3e668c44eaa6deb3a155b3f4446bfa4aad8a",
};
