/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "ea9f0a10d63fb165953dde36d8556c4925b838fa4b630d33a2d04021ddf26d34",
  page: "cffd36055fdd2bc9f8ebe9b2bae0f4d31b9a65d69ee10e51b2b6195926051a0e",
  runs: "2b921c5b8c9901b8ec92d89ffba277e615e729e3be77dab2cfef442f35727515",
};
