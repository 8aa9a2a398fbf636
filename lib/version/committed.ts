/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "544aec2da2f36c6088bcd4e27cc3d6e63d100b36f99acaa94d4962fe2f5f69ab",
  runs: "776c1af9994761f7939ca3b6cc82d3f24987d8f7104cbc51be49365b4100b762",
};
