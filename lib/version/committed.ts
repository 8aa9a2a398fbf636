/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "d91ccea11481c3eaef8d1512bc7d29d29bd2e8b6982f8a95339420c07381f1d6",
  page: "479df5a9068d5faa932554bc90fcc14629c133f29e2eca2d2e202d9ef2e0cbff",
  runs: "811e0d1fbe6550516d5903390762cadc53d9333f67e5f67e8284c6ba7c802f52",
};
