/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "19653d24a3ac6cca6cfc336ad8a6694919d990d1d9ba732eb0d694898f14bfd7",
  runs: "bc29d3b149c00cda95d8796a9161da93990bf8a3ac1702d7f1d972ffe63f448a",
};
