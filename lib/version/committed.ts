/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "45ae6e776c5920dfb8f51829d1c6149804a33360fa387dd48b674a5a315503f9",
  runs: "d7ec15417a1324410b65f2ab29b29877f78440233d5b6086d1aca2282d79e206",
};
