/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "91d91807213c9acea6d71bb696421804dc6ef2c2a88fa4dbff267a3f58ef48b7",
  runs: "6d6649918c6b4e0f999b855385a30580dc2f32571f6d2fe3794b6f12d01df764",
};
