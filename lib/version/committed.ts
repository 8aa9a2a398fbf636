/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "c214b8d731cd77756861ed3c2718a868e9c88b8338b9b9273cf62c83224c461e",
  runs: "67d99acebbc0b35f85303e5f74103f67903f25f625e0c007bf143dabae9e9bcf",
};
