/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bd7ef55978f32708714fa1a9b47dd88ab878774c835b8b5756e0e9cfa48b7e1e",
  page: "ceef43a3dd43efafe3ef50412573f037a1800c4ca0982ac6d4feeb85f41ac0b1",
  runs: "3d99e0b2fb5f4d097786c0173968211c67968fc3c4d2b3e178fdbdaa4aa63303",
};
