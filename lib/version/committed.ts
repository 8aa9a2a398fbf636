/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "4a84ce6168e0900870cd6f827534479c5a31cc55e38e01ba001386b8a4119faf",
  runs: "cd196c64ab662bc5a75b4a9a0d514b791aec9bdf9be72816d404b3033ffb8617",
};
