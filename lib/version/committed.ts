/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f2f68762f586a8fd7eac63c8adb2d712a8ad2853a65c44a896988f99665d99a7",
  runs: "26d12a559de7769108f38fb43fd07b7a0329dd46a8f2ae842910bed5c87865ce",
};
