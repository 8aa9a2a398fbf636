/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1ed3f1172c01701550aea727fe8e61339a9ca9b320a043df691ec4ad7f767764",
  page: "c52ef6593ea94911483a3d6d39cdc52f5bb3602a127ca4b4f9c0e601bbb6b822",
  runs: "86616d135be1fd589481a7b4e439e99f18c3e85f8411ae617c4eb80bf8e85bb2",
};
