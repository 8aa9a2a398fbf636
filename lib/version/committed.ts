/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "9093251b1c0b14882618483e82ab5d1b94c22938329560681f8a68171b541d63",
  runs: "4dd91183caef3178f25a52253ea15161893128b243836a22ee02cf9c27b714c6",
};
