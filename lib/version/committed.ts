/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7a98f17ef7e8daf24e9dd4ba0339158907584624906b30a9bca8d58f88998307",
  runs: "6b71beaf968c196e55a8593bada23f47851f6a66c6619699423db4d3d0a9cda7",
};
