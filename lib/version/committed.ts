/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "544aec2da2f36c6088bcd4e27cc3d6e63d100b36f99acaa94d4962fe2f5f69ab",
  runs: "f3a1eeca6b2a2c0c47cda287068fec48f68c017fa32e8b073375461cb847a342",
};
