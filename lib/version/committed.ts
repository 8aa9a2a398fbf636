/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1e9eac00d8fdacbe1d80bf02c24b8c65b91cd9c23d5953a584ff7444d707d48a",
  runs: "865c74bcc94abeb3fab694acb7bff04ef4f6214d1839086cab61edf1ce1d5923",
};
