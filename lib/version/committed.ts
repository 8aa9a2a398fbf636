/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "700b1deab65b3f701bd66c651d6dad26ed98180066925a87a02ee7cbc47de604",
  runs: "3ecae7f2e2fed7b53ca685f7babc4be2af0834b4c42334c008877c9f5adb724b",
};
