/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "c18d5e90673c812355f7dfaf8810e6ae7dab3e0ee7bf23357bbd71221a993940",
  page: "85a453eafb36f62e018045ea9413c67b3fbe78ced0cd628b1856196f555810a8",
  runs: "c54cf38e89bbfa2e993957e08ae6993db28d4c3459d7685a14a1bbd0b6a79e44",
};
