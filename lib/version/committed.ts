/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "6032beb158ce8fd32d45f4aabe4dc22e125f89c7360ff4e912993bcae29e32e2",
  runs: "e001f1887977a259aeec0877bf58e1167bc130c49d4bab13bec01d674fc732a4",
};
