/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f2f68762f586a8fd7eac63c8adb2d712a8ad2853a65c44a896988f99665d99a7",
  runs: "e2744e412b655283259c1db4b8af28f7ff019201de62793293ae691f67f4164e",
};
