/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "57dc0f27f804765ba2c62237b6bc51d814c7d58a20317727cd5a9cc578995ec0",
  page: "648b2dc44b95fe3d9e9bb803e66d2c2df53726dcb78d6ff2388cd4fa6f4b8805",
  runs: "43b7f5e8d2d367eb0fd0a127b31c851d3e5c2947bb5a2aa144a2eadb942225a6",
};
