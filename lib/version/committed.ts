/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "0b709295032690014bb795887662120cf0a8e4f86640dcb35c8644a8bcbe96b9",
  page: "2e642abc35001a16113824e137d5de91c2068c37a01e6f85211f8ca876145f7a",
  runs: "85bf336423d36774f728f070ef5dbb5e5b158d000f70ae343d2c7cf9ad92e7d6",
};
