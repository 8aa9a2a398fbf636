/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "9093251b1c0b14882618483e82ab5d1b94c22938329560681f8a68171b541d63",
  runs: "2e7c956880456515cb62e3bbd81e51f296a87c28dcd757743e0143c800c61926",
};
