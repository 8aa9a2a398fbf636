/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "dad5572293ce9e6ae113230b18f4d3be5e3c595d3272407c0a48e4427b75e27b",
  page: "84e7d3473d17780c91405ae54b78147fb29daf41db69ec6fc282e762d5f0d1a2",
  runs: "c3eb225ab8ab851ca5994b9d9aec011744f5b8354b30f143f4ed00591951d64d",
};
