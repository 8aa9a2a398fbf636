/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "6032beb158ce8fd32d45f4aabe4dc22e125f89c7360ff4e912993bcae29e32e2",
  runs: "c8647d1aa4122a4be92ed7490370c02222626fc49b52e610a9443cf5041ed4cf",
};
