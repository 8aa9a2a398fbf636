/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "544aec2da2f36c6088bcd4e27cc3d6e63d100b36f99acaa94d4962fe2f5f69ab",
  runs: "17efb4a5d3e60f1e7794e6883d50c7ba1164dca9c4fa061dba80c5dff0c5d93f",
};
