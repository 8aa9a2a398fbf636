/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bac74ca5cd746795cc95f5fdac30ee18deb424afcc4410638bca8e5889ed4182",
  runs: "046543f5e96244d65d05b4050276f6db439fc3a118bc0fce6ace368f63fc2f80",
};
