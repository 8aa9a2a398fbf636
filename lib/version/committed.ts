/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f2f68762f586a8fd7eac63c8adb2d712a8ad2853a65c44a896988f99665d99a7",
  runs: "e3f338895679a0c372512a46c3892e98f37d58ff9bef22a5a0559db497e56462",
};
