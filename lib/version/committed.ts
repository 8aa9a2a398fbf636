/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f2f68762f586a8fd7eac63c8adb2d712a8ad2853a65c44a896988f99665d99a7",
  runs: "a5190a556981408c0529028a6a7655df7b0de6f478814999e34f4ff28d3ed31a",
};
