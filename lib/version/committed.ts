/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "4202f3326261add9ebae94bca15d8b7f07fac617654c3fa37348c24d774c8262",
  runs: "5d6e92210e48296b2927bd3846098256ea30731465d66b9ec0167e87966fc99b",
};
