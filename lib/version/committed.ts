/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "dad4115900c3d394ec4028191fe4e2d1ec0e1cefc93f2531a23689595c51266a",
  runs: "9281fca142687e4fdea3936be2a03fed9f5ae9cd36ceca2be4f0198d438dcee4",
};
