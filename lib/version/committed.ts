/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "5d3542afeea7f2dbbfc971f7aed686a5b55da3728ec164b403c925170e368b57",
  runs: "0a5a10fab96a9e5effbc91aa818f5d25a48151d2ad5b1e253cf0e429ac60ac42",
};
