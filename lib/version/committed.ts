/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a0ed7dc6eb52e55cf1e32bc876c6ff7e9460a76e343d15637295247a62fd1360",
  runs: "941e6a9d58d5a22b016dd296e8b7c0d022274ed9234d696b76d35b11e773a756",
};
