/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a56cdb614cea77d975c2d1a7eb640e12de48d42488915a1a5ab70bf7dd19b2f0",
  page: "8edb943b946e6735ecbe9a026b55def06f2bfe80eabea93e617a306f115c5de7",
  runs: "0dfe3f752e5f9f5c7e7ae3713b4c35b8eebab1074b03b4a2ae36b88466c37e29",
};
