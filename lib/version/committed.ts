/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "781cb14ac860e8e393c6c3a3cd56fa665a2428ba366e32ad6125a5ba66a24f66",
  runs: "068f7f59b8e459d4624429f9679242f502464955f0ba41a7860053ad4dca80ce",
};
