/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "9990ee32c0d2a753316c241244ad128e9ea4213700ea56eb20388f9fe3326b7a",
  runs: "10fc4db1e9db53764e52227dea441c0fc3477bdecdeff049c759204b8d3e02c4",
};
