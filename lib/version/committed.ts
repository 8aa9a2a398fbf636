/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "9093251b1c0b14882618483e82ab5d1b94c22938329560681f8a68171b541d63",
  runs: "af9bc9fe69e2960562f54401a05f6938cd3c76a22482d7f2ab11e8eed8bf5a64",
};
