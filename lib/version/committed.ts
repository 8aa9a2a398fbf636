/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "544aec2da2f36c6088bcd4e27cc3d6e63d100b36f99acaa94d4962fe2f5f69ab",
  runs: "9862760815b87a1e0d6b643668b57ad16280d6bcfc851f73a59f9214fa223954",
};
