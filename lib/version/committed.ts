/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a9900e063aede2d5167cac15e7aad02ec5eb01e5483167cca62080f206b94e99",
  page: "1c77c3345ddb172ed7cb3bca3ab01bb735091700a18939b73aafa694d19b1d5a",
  runs: "beb679271301dad45cd420b0297f0acc4445bf9f215ce3a0674f9e31d1771876",
};
