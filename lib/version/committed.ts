/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "b20781afc97f7a38b709d70b16024fa7a471e8547bf8a4830a878cd57d792885",
  runs: "ef2dfba6ac4c6486b4f896dc2dcbb6e801179c37d04179831a478d7d23c6dc96",
};
