/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "6714c916d0f86f5d45d4217600317c52a226827dcc8b474449372074d17e6330",
  page: "5330eab30b3bbf5a35067f8cfde90a86ba83a77a4e3aa8f1d59fbbcd3ab9d558",
  runs: "0925fe5b335a1346822be363084bb4969f9db983a1dfe0d61fdcb4e5e3e7a5ec",
};
