/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f8b8915f76dd7544f2afc186a80170f1f26d95ddf1c19c145107f54759ce1d55",
  runs: "08b5fdb59d3c869702f3aba01a74e6b6cd2b26f8a90340ca4f4377b6a17489ca",
};
