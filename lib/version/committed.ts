/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bae8022707145c618d5a985ad3c0103bb261a0f52cc297df6101ef2256dfcd43",
  runs: "ef0f9f211d46d0982f40bf97651072300411e58ec2e0ea0af6c6db844289f445",
};
