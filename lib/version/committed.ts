/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "b20781afc97f7a38b709d70b16024fa7a471e8547bf8a4830a878cd57d792885",
  runs: "3bc4cbaec1f37dfd65e7b45df18fa1b7060d567f32a2c0c4028fd1f89cfc7659",
};
