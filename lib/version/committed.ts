/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7a98f17ef7e8daf24e9dd4ba0339158907584624906b30a9bca8d58f88998307",
  runs: "55fa32b212070dd1f3106cadcac0868c32ca47ca373d1350494059b6c6464e71",
};
