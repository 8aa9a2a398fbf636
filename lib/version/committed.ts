/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "dad5572293ce9e6ae113230b18f4d3be5e3c595d3272407c0a48e4427b75e27b",
  page: "8d25d9ab9837d28c8c1e676e04f8895866a0ac4d4ab33cc306606dc3fc3f8249",
  runs: "cd86d6e598f9e64e452c0a00262de5b1692afe6d5853f8138ce5568fdb181c36",
};
