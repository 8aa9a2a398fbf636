/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "634debfbb00a190ef647be018bbb0b5039ce484c167fc23438f9520f9cb52f4b",
  runs: "161a1be9fb7ad6c8739868ecc56546e62570abdb6b4b652a5b2ee60eba2f790d",
};
