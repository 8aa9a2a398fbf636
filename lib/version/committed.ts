/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "d91ccea11481c3eaef8d1512bc7d29d29bd2e8b6982f8a95339420c07381f1d6",
  page: "479df5a9068d5faa932554bc90fcc14629c133f29e2eca2d2e202d9ef2e0cbff",
  runs: "fc4673832c345802976a4c5b99287da8e27e37a06f0e013de05539f6da48d16e",
};
