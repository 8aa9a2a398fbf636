/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f2f68762f586a8fd7eac63c8adb2d712a8ad2853a65c44a896988f99665d99a7",
  runs: "1c57002009cdf3c69b6d766e511e4a3690b61134cf6dbdb3a0b38bfbf318c99e",
};
