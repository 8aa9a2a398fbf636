/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1e9eac00d8fdacbe1d80bf02c24b8c65b91cd9c23d5953a584ff7444d707d48a",
  runs: "94ca35dc123b3407bc73ef3294e8efd8e7f51dc6a5634667815ae3e5624c0b48",
};
