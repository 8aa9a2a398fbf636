/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "c214b8d731cd77756861ed3c2718a868e9c88b8338b9b9273cf62c83224c461e",
  runs: "833ad2bb9acb7f70b0e1919845cdd453a39c412b6ba48ed05f900955ebc45dbd",
};
