/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "4a7f574e11b3e9e854fbc627d07c499bab68627cf284014dda037d8f54f50c93",
  runs: "1fee2d1fc4ee062eaae9c7972c32f7b2b0c5a3149e1f09e00513acb00cabc29f",
};
