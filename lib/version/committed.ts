/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1e9eac00d8fdacbe1d80bf02c24b8c65b91cd9c23d5953a584ff7444d707d48a",
  runs: "843fa29e5356215c638a6e2b4552df8e5041fac0112ef022ee80b3665afff0b5",
};
