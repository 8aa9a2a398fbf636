/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1e9eac00d8fdacbe1d80bf02c24b8c65b91cd9c23d5953a584ff7444d707d48a",
  runs: "683ec66ab7e061330d22ea53abb7bf5f644710f75be51b5c4d0140d4c2b07c96",
};
