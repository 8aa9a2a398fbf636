/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "781cb14ac860e8e393c6c3a3cd56fa665a2428ba366e32ad6125a5ba66a24f66",
  runs: "cc5a7237b9b3c7d254e3c289a1da130bb82a3c9264fb283c435bbd54955ce121",
};
