/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "4f4b2cfd8bd2cb99ba41bcdeaeaec446b15e0a3db8f8fccf51bf5b690ab75fdc",
  runs: "54d5f0b273c90f99801e185dd6f2235a17cab60a7a86b614548dd183e613250d",
};
