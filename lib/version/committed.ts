/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fb4ccf207dec877d452c65f036d1dd2f1f8b6e3c1de38b3e69d7d0d8cfbacc3c",
  runs: "94775e7dde358104c80e6050f1cb28a6d15acb1e9d0089e42f59753f5da056b1",
};
