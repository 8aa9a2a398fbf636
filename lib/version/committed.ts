/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "0974bc03b33744baf27144cf3f0fe54cc0ff651488d144b8f74123d934b9f9c8",
  runs: "160d9a9b5969794392c510010494f38f5c232a6c4d6a7f30fa114797a64eb969",
};
